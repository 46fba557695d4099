import type { Ports } from "@/lib/domain/context";
import type { Log } from "@/lib/log";
import type { JobRunner } from "@/lib/ports/job-queue";
import { collectAllGarbage } from "./collect-garbage";
import { ingestRooms } from "./ingest-rooms";
import { jobHandlers } from "./job-handlers";
import { mirrorWorkspaces } from "./mirror-workspaces";
import { pollPorts } from "./poll-ports";
import { repeat } from "./repeat";
import { sealAuditLogs } from "./seal-audit-logs";
import { sweepIdempotencyKeys } from "./sweep-idempotency-keys";
import { sweepRooms } from "./sweep-rooms";
import { sweepSignIns } from "./sweep-sign-ins";
import { watchHost } from "./watch-host";

const PORTS_EVERY_MS = 1_500;
const SWEEP_EVERY_MS = 20_000;
const MIRROR_EVERY_MS = 2_000;
const COLLECT_EVERY_MS = 6 * 60 * 60_000;
const SEAL_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 600_000;

type Worker = { stop(): Promise<void> };

/** Everything that happens without a request: jobs, the engines' frames, the host's events, ports and sweeps. */
export async function runWorker(ports: Ports, runner: JobRunner, log: Log): Promise<Worker> {
  const jobs = await runner.run(jobHandlers(ports));
  const parts = [
    ingestRooms(ports, log),
    watchHost(ports, log),
    repeat(
      PORTS_EVERY_MS,
      () => pollPorts(ports),
      (error) => log.debug({ err: error }, "looking for ports failed"),
    ),
    repeat(
      SWEEP_EVERY_MS,
      () => sweepRooms(ports),
      (error) => log.warn({ err: error }, "a sweep failed"),
    ),
    repeat(
      MIRROR_EVERY_MS,
      () => mirrorWorkspaces(ports, log),
      (error) => log.warn({ err: error }, "looking for buckets that are behind failed"),
    ),
    repeat(
      COLLECT_EVERY_MS,
      () => collectAllGarbage(ports, log),
      (error) => log.warn({ err: error }, "leftovers in the store were not removed"),
    ),
    repeat(
      FORGET_EVERY_MS,
      () => sweepIdempotencyKeys(ports),
      (error) => log.warn({ err: error }, "old idempotency keys were not removed"),
    ),
    repeat(
      FORGET_EVERY_MS,
      () => sweepSignIns(ports),
      (error) => log.warn({ err: error }, "old sessions were not removed"),
    ),
    repeat(
      SEAL_EVERY_MS,
      () => sealAuditLogs(ports, log),
      (error) => log.warn({ err: error }, "sealing the audit log failed"),
    ),
  ];
  return {
    async stop() {
      await jobs.stop();
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
