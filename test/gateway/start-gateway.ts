import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { postgresEventBus } from "@/lib/adapters/event-bus/postgres-event-bus";
import { graphileJobQueue } from "@/lib/adapters/job-queue/graphile-job-queue";
import { postgresLocks } from "@/lib/adapters/locks/postgres-locks";
import { noMailer } from "@/lib/adapters/mailer/no-mailer";
import { openManagedStore, openStores } from "@/lib/adapters/object-store/open-stores";
import { aesSecretBox } from "@/lib/adapters/secret-box/aes-secret-box";
import { writeSessionToken } from "@/lib/auth/session-token";
import { sessionCookie } from "@/lib/auth/cookies";
import { inSystem } from "@/lib/db/client";
import { chats, orgMembers, orgs, users, workrooms, type MemberRole } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { createSession } from "@/lib/domain/identity/create-session";
import { issueTicket, type NewTicket } from "@/lib/domain/identity/issue-ticket";
import { Gateway } from "@/lib/gateway/gateway";
import { createStrictServer } from "@/lib/gateway/http-server";
import { newId, randomBase32 } from "@/lib/ids";
import { managedRoute } from "@/lib/protocol/workspace";
import { createLog } from "@/lib/log";
import type { EngineClient, TerminalStream } from "@/lib/ports/engine-client";
import { openTestDatabase } from "../database";
import { startTestHost } from "./start-host";

process.env["NEXTAUTH_SECRET"] ??= "a secret of the tests, 32 characters";

export type Person = { userId: string; orgId: string; sessionId: string; cookie: string };
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

/**
 * The whole gateway on a free port: real database, real host socket, real bus and store. Next stands aside: what would
 * reach it is kept in `passed` and answered with its head.
 */
export async function startTestGateway() {
  const database = await openTestDatabase();
  const rooms = await startTestHost();
  const server = createStrictServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const storeRoot = join(rooms.dataDir, "store");
  await mkdir(storeRoot);
  const bus = postgresEventBus(database.pool, database.appUrl);
  const locks = postgresLocks(database.appUrl);
  const terminals: TestTerminal[] = [];
  const ports: Ports = {
    ...testPorts(port),
    db: database.db,
    host: rooms.host,
    engine: testEngine(terminals),
    ...openStores({
      managed: openManagedStore({ bucket: null, folder: { root: storeRoot } }),
      allowedPrivateEndpoints: [],
      findRoute: async () => managedRoute,
    }),
    jobs: graphileJobQueue(),
    bus,
    locks,
  };
  const passed: IncomingMessage[] = [];
  const gateway = new Gateway({
    ports,
    log: createLog("test", process.env["LOG_LEVEL"] ?? "silent"),
    version: "test",
    trustsProxy: false,
    isDevelopment: false,
    next: {
      async onRequest(request, response) {
        passed.push(request);
        request.resume();
        response.end(JSON.stringify({ url: request.url, headers: request.headers }));
      },
      onUpgrade: (_request, socket) => void socket.destroy(),
    },
  });
  gateway.attach(server);
  return {
    ...database,
    ports,
    port,
    rooms,
    passed,
    terminals,
    appOrigin: ports.settings.appUrl.origin,
    addPerson: (options?: { orgId?: string; role?: MemberRole }) => addPerson(ports, options),
    addRoom: (person: Person, options?: RoomOptions) => addRoom(ports, rooms, person, options),
    ticket: (person: Person, purpose: NewTicket["purpose"], objectId: string | null = null) =>
      issueTicket(ports, { ...person, purpose, objectId, ttlMs: 60_000 }),
    async close() {
      gateway.close();
      server.close();
      server.closeAllConnections();
      for (const part of [bus, locks, rooms, database]) await part.close();
    },
  };
}

/** The ports that are the same in every test. */
const testPorts = (
  port: number,
): Pick<Ports, "secrets" | "outbound" | "mailer" | "push" | "now" | "settings"> => ({
  secrets: aesSecretBox(Buffer.alloc(32, 7)),
  outbound: () => Promise.reject(new Error("no test calls out")),
  mailer: noMailer,
  push: { publicKey: "", send: () => Promise.reject(new Error("no test calls out")) },
  now: () => new Date(),
  settings: {
    appUrl: new URL(`http://workroom.localhost:${port}`),
    previewUrl: new URL(`http://workroom.localhost:${port}`),
    appsUrl: new URL(`http://apps.localhost:${port}`),
    maxUploadBytes: 10_000_000,
    apiRate: 1_000,
    idleSleepMs: 1e6,
    turnTimeoutMs: 1e6,
    roomLimits: { memoryBytes: 1e9, cpuCores: 1, maxPids: 100, diskBytes: 1e9 },
    sessionQuota: { maxFileBytes: 1e6, maxFiles: 100, maxTotalBytes: 1e7 },
    allowedPrivateEndpoints: [],
    environmentKeys: {},
    signInProviders: [],
  },
});

async function addPerson(
  ports: Ports,
  options: { orgId?: string; role?: MemberRole } = {},
): Promise<Person> {
  const userId = newId("user");
  const orgId = options.orgId ?? newId("org");
  await inSystem(ports.db, async (tx) => {
    await tx.insert(users).values({ id: userId, email: `${userId}@example.test`, name: "Ann" });
    if (options.orgId === undefined)
      await tx.insert(orgs).values({ id: orgId, slug: orgId.replace("_", "-"), name: "Org" });
    await tx.insert(orgMembers).values({ orgId, userId, role: options.role ?? "owner" });
  });
  const sessionId = await createSession(ports, { userId, userAgent: "test" });
  const token = await writeSessionToken({ sid: sessionId, uid: userId }, 3_600);
  return { userId, orgId, sessionId, cookie: `${sessionCookie}=${token}` };
}

type RoomOptions = { openness?: "private" | "open"; isAsleep?: boolean; isDraft?: boolean };

async function addRoom(
  ports: Ports,
  rooms: Awaited<ReturnType<typeof startTestHost>>,
  person: Person,
  { openness = "private", isAsleep = false, isDraft = false }: RoomOptions = {},
) {
  const id = newId("workroom");
  const chatId = newId("chat");
  const previewKey = randomBase32(16);
  const state = isAsleep ? ("sleeping" as const) : ("active" as const);
  const { orgId, userId } = person;
  await inSystem(ports.db, async (tx) => {
    await tx.insert(workrooms).values({
      id,
      orgId,
      title: "Room",
      createdBy: userId,
      openness,
      isDraft,
      desiredState: state,
      state,
      previewKey,
    });
    await tx
      .insert(chats)
      .values({ id: chatId, orgId, workroomId: id, title: "Chat", createdBy: userId });
  });
  if (!isAsleep) await rooms.startRoom(id);
  return { id, chatId, previewKey };
}

/** The far end of a terminal: what the browser typed, and a way to print. */
export type TestTerminal = {
  typed: string;
  sizes: string[];
  isClosed: boolean;
  print(text: string): void;
};

const unused = () => {
  throw new Error("no test of the gateway asks the engine for this");
};

const ended = {
  state: "succeeded",
  exitCode: 0,
  signal: null,
  durationMs: 1,
  outputPath: null,
  isTruncated: false,
} as const;

function testEngine(terminals: TestTerminal[]): EngineClient {
  return {
    health: unused,
    startTurn: unused,
    cancelTurn: unused,
    runningTurns: unused,
    events: unused,
    exec: unused,
    async *startRun() {
      yield { n: 1, word: { type: "start" } };
      yield { n: 2, word: { ...ended, type: "end" } };
    },
    followRun: unused,
    cancelRun: unused,
    putPlugin: unused,
    async terminal(_roomId, _terminalId, { cols, rows }): Promise<TerminalStream> {
      const bytes = new PassThrough();
      // What is written comes back, as a terminal echoes.
      const seen: TestTerminal = {
        typed: "",
        sizes: [`${cols}x${rows}`],
        isClosed: false,
        print: (text) => void bytes.write(text),
      };
      terminals.push(seen);
      return {
        bytes,
        resize: (cols, rows) => void seen.sizes.push(`${cols}x${rows}`),
        onExit: () => undefined,
        close() {
          seen.isClosed = true;
          bytes.destroy();
        },
      };
    },
  };
}
