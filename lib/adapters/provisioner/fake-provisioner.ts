import { chown, mkdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { Provisioner, SandboxEnd, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { SandboxStatus } from "@/lib/protocol/host";
import type { OutputQuota } from "@/lib/protocol/workspace";

type Options = {
  dataDir: string;
  /** Who owns the rooms' files; the caller's own ids when it may not give files away. */
  owner?: { uid: number; gid: number };
};

/**
 * A provisioner of plain folders and no processes, for tests of what stands above it: sandboxes are rows in memory, and
 * `connect` leads to sockets that the test listens on.
 */
// eslint-disable-next-line max-lines-per-function -- one object of small methods
export function createFakeProvisioner({ dataDir, owner }: Options) {
  const sandboxes = new Map<string, SandboxStatus>();
  const listeners = new Set<(end: SandboxEnd) => void>();
  const ids = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const roomDir = (roomId: string) => join(dataDir, "rooms", roomId);
  const setState = async (roomId: string, from: string, to: SandboxStatus["state"]) => {
    const sandbox = sandboxes.get(roomId);
    if (sandbox?.state === from) sandboxes.set(roomId, { ...sandbox, state: to });
  };

  const quotas = new Map<string, OutputQuota>();

  const fake: Provisioner & WorkspaceAttach & { end(end: SandboxEnd): void } = {
    kind: "fake",
    probe: async () => ({
      walls: [],
      canOpenRooms: true,
      isWeak: true,
      limits: { memory: false, cpu: false, pids: false, disk: false },
      canFreeze: true,
    }),
    async attach(roomId) {
      const root = join(roomDir(roomId), "workspace");
      const isNew = (await stat(root).catch(() => null)) === null;
      for (const folder of ["input", "output"])
        await mkdir(join(root, folder), { recursive: true, mode: 0o755 });
      await mkdir(join(roomDir(roomId), "run"), { recursive: true, mode: 0o700 });
      if (isNew && owner)
        for (const path of [root, join(root, "output")]) await chown(path, owner.uid, owner.gid);
      return { root, ...ids, isNew };
    },
    detach: async () => undefined,
    hasDisk: async (roomId) =>
      (await stat(join(roomDir(roomId), "workspace")).catch(() => null)) !== null,
    async start({ roomId, epoch, quota = null }) {
      await fake.setQuota(roomId, quota);
      await fake.attach(roomId);
      const isAdopted = sandboxes.get(roomId)?.epoch === epoch;
      if (!isAdopted)
        sandboxes.set(roomId, {
          roomId,
          epoch,
          state: "running",
          startedAt: new Date().toISOString(),
          processCount: 0,
          memoryBytes: 0,
        });
      return { bootMs: 0, isAdopted };
    },
    stop: async (roomId) => void sandboxes.delete(roomId),
    freeze: (roomId) => setState(roomId, "running", "frozen"),
    thaw: (roomId) => setState(roomId, "frozen", "running"),
    async destroy(roomId) {
      sandboxes.delete(roomId);
      await rm(roomDir(roomId), { recursive: true, force: true });
    },
    connect: (roomId, target) =>
      new Promise((resolve, reject) => {
        if (!sandboxes.has(roomId))
          return reject(new AppError("unavailable", "This workroom is asleep."));
        const place =
          target === "engine"
            ? { path: join(roomDir(roomId), "run", "engine.sock") }
            : { host: "127.0.0.1", port: target };
        const socket = connect({ ...place, allowHalfOpen: true }, () => resolve(socket));
        socket.once("error", (cause) =>
          reject(new AppError("unavailable", "Nothing listens there.", { cause })),
        );
      }),
    async setQuota(roomId, quota) {
      if (quota) quotas.set(roomId, quota);
      else quotas.delete(roomId);
    },
    quota: async (roomId) => ({ limits: quotas.get(roomId) ?? null, isMounted: false }),
    list: async () => [...sandboxes.values()],
    adopt: async () => ({ adopted: [...sandboxes.keys()], ended: [] }),
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onOutOfMemory: () => () => undefined, // nothing of a fake room runs out of memory
    end(end) {
      sandboxes.delete(end.roomId);
      for (const listener of listeners) listener(end);
    },
  };
  return fake;
}
