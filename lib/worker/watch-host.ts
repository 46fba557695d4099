import { and, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { turns, workrooms } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { bookSegments } from "@/lib/domain/commit/book-segments";
import { tellCopies } from "@/lib/domain/commit/keep-unsent";
import { systemContext } from "@/lib/domain/system-context";
import { grantModel } from "@/lib/domain/turn/grant-model";
import { recordUsage } from "@/lib/domain/turn/record-usage";
import { recordSandboxEnd } from "@/lib/domain/workroom/record-sandbox-end";
import type { Log } from "@/lib/log";
import type { HostEvent } from "@/lib/protocol/host";

const RETRY_MS = 1_000;
const LOCK_RETRY_MS = 2_000;

/** Books what the host reports, on one web at a time; a host that was restarted is told again what it must know. */
export function watchHost(ports: Ports, log: Log): { stop(): Promise<void> } {
  const stop = new AbortController();
  const done = watch(ports, log, stop.signal);
  return {
    async stop() {
      stop.abort();
      await done;
    },
  };
}

async function watch(ports: Ports, log: Log, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const lock = await ports.locks.tryLock("host-events").catch(() => null);
    if (!lock) {
      await pause(LOCK_RETRY_MS, stopped);
      continue;
    }
    const signal = AbortSignal.any([stopped, lock.signal]);
    try {
      await readEvents(ports, log, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, "an event of the host was not booked yet");
    } finally {
      await lock.release().catch(() => undefined);
    }
    await pause(RETRY_MS, stopped);
  }
}

async function readEvents(ports: Ports, log: Log, signal: AbortSignal): Promise<void> {
  await remindHost(ports, log);
  let hostId: string | null = null;
  for await (const event of ports.host.events(signal)) {
    if (hostId !== null && event.hostId !== hostId) await remindHost(ports, log);
    hostId = event.hostId;
    // Asking for the next event tells the host that this one is booked: a failure ends the loop, and it comes again.
    await takeEvent(ports, event);
  }
}

async function takeEvent(ports: Ports, { hostId, n, event }: HostEvent): Promise<void> {
  if (event.type === "disk") return;
  const orgId = await findOrg(ports, event.roomId);
  if (!orgId) return; // The room was deleted meanwhile.
  const ctx = systemContext(ports, orgId, "watch_host");
  if (event.type === "model_usage") await recordUsage(ctx, `${hostId}:${n}`, event);
  else if (event.type === "segments") await bookSegments(ctx, event);
  else if (event.type === "copies_kept") await tellCopies(ctx, event.roomId, event.paths);
  else await recordSandboxEnd(ctx, event);
}

const findOrg = ({ db }: Ports, roomId: string): Promise<string | undefined> =>
  inSystem(db, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, roomId));
    return room?.orgId;
  });

/** Grants live in the host's memory, and its sandboxes may have ended with it. */
async function remindHost(ports: Ports, log: Log): Promise<void> {
  const { rooms, running } = await inSystem(ports.db, async (tx) => ({
    rooms: await tx
      .select({ id: workrooms.id, orgId: workrooms.orgId })
      .from(workrooms)
      .where(and(inArray(workrooms.state, ["active", "booting"]), isNull(workrooms.deletedAt))),
    running: await tx
      .select()
      .from(turns)
      .where(and(eq(turns.state, "running"), isNotNull(turns.grantBox))),
  }));
  for (const turn of running)
    await grantModel(systemContext(ports, turn.orgId, "remind_host"), turn).catch(
      (error: unknown) => log.warn({ err: error, turnId: turn.id }, "a grant was not renewed"),
    );
  for (const room of rooms)
    await inSystem(ports.db, (tx) =>
      ports.jobs.enqueue(tx, {
        name: "reconcile_workroom",
        orgId: room.orgId,
        workroomId: room.id,
      }),
    );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
