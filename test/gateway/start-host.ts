import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventLog } from "@/host/events/event-log";
import { createRoomFiles } from "@/host/files/room-files";
import { createOutputQuotas } from "@/host/quota/output-quotas";
import { createFileMethod } from "@/host/rpc/create-file-method";
import type { HostMethods } from "@/host/rpc/host-methods";
import { createHostServer } from "@/host/rpc/host-server";
import { createRoomStore } from "@/host/store/room-store";
import { createWholeDisks } from "@/host/store/whole-disks";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import { createLog } from "@/lib/log";
import type { RoomHost } from "@/lib/ports/room-host";

export type TestHost = {
  host: RoomHost;
  dataDir: string;
  /** The folder that is `/workspace` in the room. */
  workspace(roomId: string): string;
  /** From now on `connect` leads to ports of this machine's loopback. */
  startRoom(roomId: string): Promise<void>;
  close(): Promise<void>;
};

/** The host's own file server and connections over its socket; rooms are folders without a sandbox. */
export async function startTestHost(freeBytes = 1e12): Promise<TestHost> {
  const dataDir = await mkdtemp(join(tmpdir(), "wr-gw-"));
  const provisioner = createFakeProvisioner({ dataDir });
  const quotas = createOutputQuotas({ provisioner, keeper: null });
  const files = createRoomFiles({ ...provisioner, assertWritable: () => undefined, quotas });
  const disks = createWholeDisks(dataDir, provisioner.hasDisk);
  const store = createDirectoryObjectStore({ root: join(dataDir, "store") });
  const { attach } = provisioner;
  const events = createEventLog(join(dataDir, "events.ndjson"), "test");
  const log = createLog("test", "silent");
  const rooms = createRoomStore({
    attach,
    disks,
    store,
    dataDir,
    writer: "test",
    assertWritable: () => undefined,
    report: events.append,
    log,
  });
  const methods: Partial<HostMethods> = {
    capabilities: () => provisioner.probe(),
    disk: () => ({ freeBytes, totalBytes: freeBytes, isStopped: false }),
    hasDisk: async ({ roomId }) => ({ hasDisk: await disks.has(roomId) }),
    openWorkspace: async (input) => {
      await rooms.openWorkspace(input);
      return {};
    },
    flush: rooms.flush,
    ackSegments(input) {
      rooms.ackSegments(input);
      return {};
    },
    snapshot: rooms.snapshot,
    restore: rooms.restore,
    revertPaths: rooms.revertPaths,
    // Every room lies in the one store there is.
    setStorage: () => ({}),
    fileOp: createFileMethod(files),
  };
  const server = createHostServer({
    methods: methods as HostMethods,
    files,
    events,
    connect: provisioner.connect,
    maxUploadBytes: 1e12,
    log,
  });
  const socketPath = join(dataDir, "host.sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    host: createUnixRoomHost({ socketPath }),
    dataDir,
    workspace: (roomId) => join(dataDir, "rooms", roomId, "workspace"),
    async startRoom(roomId) {
      const limits = { memoryBytes: 1e9, cpuCores: 1, maxPids: 100, diskBytes: 1e9 };
      await provisioner.start({ roomId, epoch: 1, limits }, { timeoutMs: 1_000 });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await rooms.close();
      // A call that was cut off may still be writing.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
