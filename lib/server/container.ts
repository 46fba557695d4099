import path from "node:path";
import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import { postgresEventBus } from "@/lib/adapters/event-bus/postgres-event-bus";
import { graphileJobQueue, graphileJobRunner } from "@/lib/adapters/job-queue/graphile-job-queue";
import { postgresLocks } from "@/lib/adapters/locks/postgres-locks";
import { noMailer } from "@/lib/adapters/mailer/no-mailer";
import { smtpMailer } from "@/lib/adapters/mailer/smtp-mailer";
import { openManagedStore, openStores } from "@/lib/adapters/object-store/open-stores";
import { pinnedFetch } from "@/lib/adapters/outbound-fetch/pinned-fetch";
import { webPushSender } from "@/lib/adapters/push-sender/web-push-sender";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { aesSecretBox } from "@/lib/adapters/secret-box/aes-secret-box";
import { listProviders } from "@/lib/auth/list-providers";
import { openDb } from "@/lib/db/client";
import { openPool } from "@/lib/db/open-pool";
import type { Ports, Settings } from "@/lib/domain/context";
import { createRouteFinder } from "@/lib/domain/storage/find-route";
import { type Env, managedBucketOf, readEnv } from "@/lib/env";
import { createLog } from "@/lib/log";
import type { Mailer } from "@/lib/ports/mailer";
import { runWorker } from "@/lib/worker/run-worker";
import { sleepEveryRoom } from "@/lib/worker/sleep-every-room";

const MINUTE_MS = 60_000;

/** `sleepRooms`: the whole product is being stopped, so every room is saved and put to sleep. */
type Worker = { stop(options?: { sleepRooms?: boolean }): Promise<void> };
type Container = { ports: Ports; startWorker(): Promise<Worker> };

/** The server and Next's routes are two module graphs in one process: what both use hangs on globalThis. */
const shared = globalThis as typeof globalThis & { workroomContainer?: Container };

/** The outside world of this process; opened on first use, since a build imports routes without one. */
export async function getPorts(): Promise<Ports> {
  shared.workroomContainer ??= openContainer(readEnv());
  return shared.workroomContainer.ports;
}

/** Starts the jobs of this process. */
export async function startWorker(): Promise<Worker> {
  shared.workroomContainer ??= openContainer(readEnv());
  return shared.workroomContainer.startWorker();
}

function openContainer(env: Env): Container {
  if (!env.DATABASE_URL)
    throw new Error("DATABASE_URL is missing: start the product by npm run up.");
  if (!env.WORKROOM_SECRET_KEY)
    throw new Error("WORKROOM_SECRET_KEY is missing: start the product by npm run up.");
  const log = createLog("worker", env.LOG_LEVEL);
  const data = env.WORKROOM_DATA_DIR;
  const pool = openPool(env.DATABASE_URL, { name: "workroom web" });
  const jobPool = openPool(env.DATABASE_URL, {
    name: "workroom jobs",
    max: 8,
    pipeline: false, // its client is the job queue's own
  });
  const host = createUnixRoomHost({ socketPath: path.join(data, "run", "host.sock") });
  const secretKey = Buffer.from(env.WORKROOM_SECRET_KEY, "base64");
  const outbound = pinnedFetch(env.WORKROOM_ALLOWED_PRIVATE_ENDPOINTS);
  const secrets = aesSecretBox(secretKey);
  const db = openDb(pool);
  const stores = openStores({
    managed: openManagedStore({
      bucket: managedBucketOf(env),
      folder: { root: path.join(data, "store") },
    }),
    allowedPrivateEndpoints: env.WORKROOM_ALLOWED_PRIVATE_ENDPOINTS,
    findRoute: createRouteFinder({ db, secrets }),
  });
  const ports: Ports = {
    ...stores,
    db,
    host,
    engine: makeEngineClient(host),
    jobs: graphileJobQueue(),
    bus: postgresEventBus(pool, env.DATABASE_URL),
    secrets,
    locks: postgresLocks(env.DATABASE_URL),
    outbound,
    push: webPushSender({ secretKey, subject: env.WORKROOM_URL, outbound }),
    mailer: mailerOf(env),
    now: () => new Date(),
    settings: settingsOf(env),
  };
  const runner = graphileJobRunner(jobPool, ports.locks, (level, message) =>
    level === "error" ? log.error(message) : log.warn(message),
  );
  return {
    ports,
    async startWorker() {
      const worker = await runWorker(ports, runner, log);
      return {
        async stop({ sleepRooms = false } = {}) {
          await worker.stop();
          if (sleepRooms) await sleepEveryRoom(ports);
        },
      };
    },
  };
}

function mailerOf({ SMTP_URL, MAIL_FROM, WORKROOM_URL }: Env): Mailer {
  if (!SMTP_URL) return noMailer;
  const from = MAIL_FROM ?? `Workroom <workroom@${WORKROOM_URL.hostname}>`;
  return smtpMailer({ url: SMTP_URL, from });
}

const settingsOf = (env: Env): Settings => ({
  appUrl: env.WORKROOM_URL,
  previewUrl: env.PREVIEW_URL,
  appsUrl: env.APPS_URL,
  maxUploadBytes: env.WORKROOM_MAX_UPLOAD,
  apiRate: env.WORKROOM_API_RATE,
  idleSleepMs: env.WORKROOM_IDLE_SLEEP_MINUTES * MINUTE_MS,
  turnTimeoutMs: env.WORKROOM_TURN_TIMEOUT_MINUTES * MINUTE_MS,
  roomLimits: {
    memoryBytes: env.WORKROOM_ROOM_MEMORY,
    cpuCores: env.WORKROOM_ROOM_CPUS,
    maxPids: env.WORKROOM_ROOM_PIDS,
    diskBytes: env.WORKROOM_ROOM_DISK,
  },
  sessionQuota: {
    maxFileBytes: env.WORKROOM_SESSION_FILE_BYTES,
    maxFiles: env.WORKROOM_SESSION_FILES,
    maxTotalBytes: env.WORKROOM_SESSION_BYTES,
  },
  allowedPrivateEndpoints: env.WORKROOM_ALLOWED_PRIVATE_ENDPOINTS,
  environmentKeys: Object.fromEntries(
    Object.entries({
      ANTHROPIC_API_KEY: env.ANTHROPIC_API_KEY,
      OPENAI_API_KEY: env.OPENAI_API_KEY,
      GOOGLE_GENERATIVE_AI_API_KEY: env.GOOGLE_GENERATIVE_AI_API_KEY,
    }).flatMap(([name, key]) => (key ? [[name, key]] : [])),
  ),
  signInProviders: listProviders(env),
});
