import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { Server as SocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createEventLog, type EventLog } from "@/host/events/event-log";
import { createRoomFiles } from "@/host/files/room-files";
import { createOutputQuotas } from "@/host/quota/output-quotas";
import { createFileMethod } from "@/host/rpc/create-file-method";
import type { HostMethods } from "@/host/rpc/host-methods";
import { createHostServer } from "@/host/rpc/host-server";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostMethod } from "@/lib/protocol/host";

type HostMethodInput<M extends HostMethod> = Parameters<HostMethods[M]>[0];

export const roomId = newId("workroom");

/** The host's server on a socket of its own, over rooms that are folders, and the web's side of it. */
export type HostServerKit = {
  dataDir: string;
  host: RoomHost;
  events: EventLog;
  provisioner: ReturnType<typeof createFakeProvisioner>;
  /** Ends the host's process, so to speak: its connections, and what it has in memory. */
  stop(): Promise<void>;
  /** The next life of the host; it answers after `listen`. */
  begin(hostId: string): void;
  listen(): Promise<void>;
  /** A server that a test has made; it ends with the test. */
  serve(server: SocketServer, path: string): Promise<void>;
};

const listenAt = (server: SocketServer | Server, path: string) =>
  new Promise<void>((resolve) => server.listen(path, resolve));

function makeServer({ provisioner, events }: HostServerKit): Server {
  const quotas = createOutputQuotas({ provisioner, keeper: null });
  const files = createRoomFiles({ ...provisioner, assertWritable: () => undefined, quotas });
  // Only the methods that these tests call.
  const methods = {
    capabilities: () => provisioner.probe(),
    list: async () => ({ sandboxes: [{ nonsense: true } as never] }),
    stop: () => {
      throw new AppError("disk_full", "The disk is full.");
    },
    freeze: () => {
      throw new TypeError("secret detail");
    },
    fileOp: createFileMethod(files),
    ackEvents: (cursor: HostMethodInput<"ackEvents">) => {
      events.ack(cursor);
      return {};
    },
  } satisfies Partial<HostMethods>;
  return createHostServer({
    methods: methods as Partial<HostMethods> as HostMethods,
    files,
    events,
    connect: provisioner.connect,
    maxUploadBytes: 1_000_000,
    log: createLog("test", "silent"),
  });
}

/** For a test file: one kit, new for each of its tests. */
export function openHostServer(): HostServerKit {
  let server: Server;
  const servers: SocketServer[] = [];
  const socketPath = () => join(kit.dataDir, "host.sock");
  const kit = {
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    begin(hostId: string) {
      kit.events = createEventLog(join(kit.dataDir, "events.ndjson"), hostId);
      server = makeServer(kit);
    },
    listen: () => listenAt(server, socketPath()),
    async serve(made: SocketServer, path: string) {
      servers.push(made);
      await listenAt(made, path);
    },
  } as HostServerKit;
  beforeEach(async () => {
    kit.dataDir = await mkdtemp(join(tmpdir(), "host-"));
    kit.provisioner = createFakeProvisioner({ dataDir: kit.dataDir });
    kit.begin("first");
    await kit.listen();
    kit.host = createUnixRoomHost({ socketPath: socketPath() });
  });
  afterEach(async () => {
    for (const one of [server, ...servers.splice(0)]) one.close();
    server.closeAllConnections();
    await rm(kit.dataDir, { recursive: true, force: true });
  });
  return kit;
}
