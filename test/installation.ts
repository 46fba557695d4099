import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createHost } from "@/host/create-host";
import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import { postgresEventBus } from "@/lib/adapters/event-bus/postgres-event-bus";
import { graphileJobQueue, graphileJobRunner } from "@/lib/adapters/job-queue/graphile-job-queue";
import { postgresLocks } from "@/lib/adapters/locks/postgres-locks";
import { noMailer } from "@/lib/adapters/mailer/no-mailer";
import { openManagedStore, openStores } from "@/lib/adapters/object-store/open-stores";
import { pinnedFetch } from "@/lib/adapters/outbound-fetch/pinned-fetch";
import { webPushSender } from "@/lib/adapters/push-sender/web-push-sender";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { aesSecretBox } from "@/lib/adapters/secret-box/aes-secret-box";
import { inSystem } from "@/lib/db/client";
import { orgMembers, orgs, users, type MemberRole } from "@/lib/db/schema";
import type { Context, Ports } from "@/lib/domain/context";
import { createRouteFinder } from "@/lib/domain/storage/find-route";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { EngineClient } from "@/lib/ports/engine-client";
import type { Mailer } from "@/lib/ports/mailer";
import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import { runWorker } from "@/lib/worker/run-worker";
import { openTestDatabase } from "./database";

const MiB = 1_048_576;

type Options = {
  /** Where the rooms are: a real sandbox, or folders. Its data folder is removed with the installation. */
  dataDir: string;
  provisioner: Provisioner & WorkspaceAttach;
  engine?: EngineClient;
  settings?: Partial<Ports["settings"]>;
  allowedEndpoints?: string[];
  mailer?: Mailer;
};

/** Everything but the web server, real: PostgreSQL, store, jobs, locks, and the host over its socket. */
export async function openInstallation(options: Options) {
  const { dataDir, provisioner, allowedEndpoints = [] } = options;
  const database = await openTestDatabase();
  const log = createLog("test", "silent");
  const made = createHost({
    dataDir,
    provisioner,
    maxUploadBytes: 1_000 * MiB,
    diskReserveBytes: 1,
    allowedEndpoints,
    log,
  });
  const server = await made.start();
  const socketPath = join(dataDir, "host.sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const host = createUnixRoomHost({ socketPath });
  const bus = postgresEventBus(database.pool, database.appUrl);
  const locks = postgresLocks(database.appUrl);
  const outbound = pinnedFetch(allowedEndpoints);
  const secrets = aesSecretBox(randomBytes(32));
  const stores = openStores({
    managed: openManagedStore({ bucket: null, folder: { root: join(dataDir, "store") } }),
    allowedPrivateEndpoints: allowedEndpoints,
    findRoute: createRouteFinder({ db: database.db, secrets }),
  });
  const ports: Ports = {
    ...stores,
    db: database.db,
    host,
    engine: options.engine ?? makeEngineClient(host),
    jobs: graphileJobQueue(),
    bus,
    secrets,
    locks,
    outbound,
    push: webPushSender({
      secretKey: randomBytes(32),
      subject: new URL("http://workroom.localhost:3000"),
      outbound,
    }),
    mailer: options.mailer ?? noMailer,
    now: () => new Date(),
    settings: { ...testSettings(allowedEndpoints), ...options.settings },
  };
  return {
    ports,
    database,
    startWorker: () =>
      runWorker(
        ports,
        graphileJobRunner(database.pool, locks, () => undefined),
        log,
      ),
    async close() {
      await bus.close();
      await locks.close();
      await made.stop();
      server.close();
      server.closeAllConnections();
      await database.close();
      // A call that was cut off may still be writing.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

const testSettings = (allowedPrivateEndpoints: string[]): Ports["settings"] => ({
  appUrl: new URL("http://workroom.localhost:3000"),
  previewUrl: new URL("http://workroom.localhost:3000"),
  appsUrl: new URL("http://apps.localhost:3000"),
  maxUploadBytes: 1_000 * MiB,
  apiRate: 1_000,
  idleSleepMs: 3_600_000,
  turnTimeoutMs: 600_000,
  roomLimits: { memoryBytes: 512 * MiB, cpuCores: 2, maxPids: 256, diskBytes: 64 * MiB },
  sessionQuota: { maxFileBytes: 10 * MiB, maxFiles: 1_000, maxTotalBytes: 50 * MiB },
  allowedPrivateEndpoints,
  environmentKeys: {},
  signInProviders: [],
});

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

/** A member of an organisation of their own, or of `orgId`. */
export async function addPerson(
  ports: Ports,
  { role = "owner", orgId }: { role?: MemberRole; orgId?: string } = {},
): Promise<Context & { actor: Extract<Context["actor"], { kind: "user" }> }> {
  const userId = newId("user");
  const home = orgId ?? newId("org");
  await inSystem(ports.db, async (tx) => {
    await tx.insert(users).values({ id: userId, email: `${userId}@example.com`, name: "Ada" });
    if (!orgId)
      await tx.insert(orgs).values({ id: home, slug: home.replace("_", "-"), name: "Org" });
    await tx.insert(orgMembers).values({ orgId: home, userId, role });
  });
  const actor = { kind: "user", userId, sessionId: "ses_test", role } as const;
  return { ...ports, orgId: home, actor, requestId: newId("request") };
}
