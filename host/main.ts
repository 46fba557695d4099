import {
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  chmodSync,
  chownSync,
} from "node:fs";
import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import { createBubblewrapProvisioner } from "@/lib/adapters/provisioner/bubblewrap";
import { managedBucketOf, readEnv } from "@/lib/env";
import { createLog } from "@/lib/log";
import { createHost } from "./create-host";
import { createQuotaKeeper } from "./quota/quota-keeper";

const env = readEnv();
const log = createLog("host", env.LOG_LEVEL);
const dataDir = env.WORKROOM_DATA_DIR;
const runDir = join(dataDir, "run");

const runtimeDir = join(dataDir, "runtime");
const quotaKeeper = createQuotaKeeper({
  dataDir,
  programPath: join(import.meta.dirname, "quota.mjs"),
  nodePath: join(runtimeDir, "node"),
  // Below all rooms: no process of any other kind has this user.
  serverUid: process.getuid?.() === 0 ? env.WORKROOM_UID_BASE - 1 : null,
  log,
});
const provisioner = createBubblewrapProvisioner({
  dataDir,
  runtimeDir,
  outputMounts: quotaKeeper,
  uidBase: env.WORKROOM_UID_BASE,
  allowWeak: env.WORKROOM_ALLOW_WEAK_SANDBOX,
  diskBytes: env.WORKROOM_ROOM_DISK,
  previewHost: env.PREVIEW_URL.hostname,
  log,
});
const host = createHost({
  dataDir,
  provisioner,
  quotaKeeper,
  maxUploadBytes: env.WORKROOM_MAX_UPLOAD,
  diskReserveBytes: env.WORKROOM_DISK_RESERVE,
  allowedEndpoints: env.WORKROOM_ALLOWED_PRIVATE_ENDPOINTS,
  managedBucket: managedBucketOf(env),
  log,
});

/**
 * Listens in a folder of our own and moves the finished socket to its place: the owner of `run` (the web's user) never
 * gets between its making and its rights.
 */
async function listen(server: Server): Promise<void> {
  const own = mkdtempSync(join(dataDir, "host", "socket-"));
  const draft = join(own, "host.sock");
  server.listen(draft);
  await once(server, "listening");
  const { uid, gid } = statSync(runDir);
  if (process.getuid?.() === 0) chownSync(draft, uid, gid);
  chmodSync(draft, 0o600);
  renameSync(draft, join(runDir, "host.sock"));
  rmSync(own, { recursive: true });
}

/** A restart leaves the rooms running for the next host to adopt; when the product is stopped they end with it. */
async function end(server: Server): Promise<void> {
  server.close();
  if (existsSync(join(runDir, "stopping"))) await host.methods.stopAll({});
  await host.stop();
  await provisioner.close();
  quotaKeeper.leave();
  server.closeAllConnections();
  process.exit(0);
}

const server = await host.start();
await listen(server);
log.info("listening");
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => {
    end(server).catch((error: unknown) => {
      log.error({ err: error }, "the end was not orderly");
      process.exit(1);
    });
  });
