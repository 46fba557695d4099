import { createHash } from "node:crypto";
import {
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createRoomStore } from "@/host/store/room-store";
import { createWholeDisks } from "@/host/store/whole-disks";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import type { ObjectStore } from "@/lib/ports/object-store";
import { createLog } from "@/lib/log";
import type { HostEvent } from "@/lib/protocol/host";
import type {
  CommitCause,
  FileEntry,
  ManifestRef,
  SegmentRef,
  SnapshotOutcome,
  WorkspaceState,
} from "@/lib/protocol/store";
import { managedRoute } from "@/lib/protocol/workspace";
import { openManifest } from "@/lib/workspace/manifest";
import { readEntry } from "@/lib/workspace/read-entry";
import { lastSeqOf, stateOf } from "@/lib/workspace/workspace-state";

const isRoot = process.getuid?.() === 0;
const agent = { uid: 2_445_000, gid: 2_445_001 };
const cause: CommitCause = { reason: "turn_end", turnId: null, actorId: null };

type Rooms = ReturnType<typeof createRoomStore>;
type Opened = { epoch?: number; isLive?: boolean };

/** Rooms that are folders, with the host's real store over a real directory. The kit commits as the web does. */
// eslint-disable-next-line max-lines-per-function -- one kit of small parts
export async function openRoomStore() {
  const dataDir = await mkdtemp(join(tmpdir(), "room-store-"));
  await mkdir(join(dataDir, "store"));
  const store = createDirectoryObjectStore({ root: join(dataDir, "store") });
  const provisioner = createFakeProvisioner({ dataDir, ...(isRoot && { owner: agent }) });
  const { attach } = provisioner;
  const disks = createWholeDisks(dataDir, provisioner.hasDisk);
  const events: HostEvent["event"][] = [];
  const states = new Map<string, WorkspaceState>();
  const stores: Rooms[] = [];
  const stateNow = (roomId: string) => states.get(roomId) ?? stateOf(null);

  /** The host's store of rooms, after a restart or over another store. */
  const start = (over: ObjectStore = store): Rooms => {
    const made = createRoomStore({
      attach,
      disks,
      store: over,
      dataDir,
      writer: "here",
      assertWritable: () => undefined,
      report: (event) => events.push(event),
      log: createLog("test", "silent"),
    });
    stores.push(made);
    return made;
  };
  const rooms = start();

  async function openIn(by: Rooms, roomId: string, { epoch = 1, isLive = false }: Opened = {}) {
    const root = `workrooms/${roomId}`;
    const state = stateNow(roomId);
    const writerEpoch = state.segments.at(-1)?.epoch ?? 0;
    const route = managedRoute;
    await by.openWorkspace({ roomId, root, epoch, writerEpoch, state, isLive, route });
  }
  function commit(by: Rooms, roomId: string, segments: readonly SegmentRef[]): void {
    const state = stateNow(roomId);
    const fresh = segments.filter(({ seq }) => seq > lastSeqOf(state));
    states.set(roomId, { ...state, segments: [...state.segments, ...fresh] });
    const last = segments.at(-1);
    if (last) by.ackSegments({ roomId, epoch: last.epoch, seq: last.seq, isRefused: false });
  }
  async function snapshotBy(by: Rooms, roomId: string, parent: ManifestRef | null, epoch = 1) {
    const input = { roomId, epoch, parent, cause };
    let outcome = await by.snapshot(input);
    if (!outcome) {
      await openIn(by, roomId, { epoch });
      outcome = await by.snapshot(input);
    }
    if (!outcome) throw new Error("The room is open.");
    commit(by, roomId, outcome.commits);
    states.set(roomId, stateOf(outcome.manifest, outcome.commitSeq));
    return outcome;
  }
  const open = (outcome: SnapshotOutcome) => openManifest(store, outcome.manifest);
  return {
    dataDir,
    store,
    rooms,
    disks,
    events,
    start,
    open,
    openIn,
    commit,
    snapshotBy,
    stateNow,
    async createRoom() {
      const roomId = newId("workroom");
      const { root } = await attach(roomId);
      const write = async (path: string, body: string | Uint8Array) => {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), body);
      };
      const snapshot = (parent: ManifestRef | null, epoch?: number) =>
        snapshotBy(rooms, roomId, parent, epoch);
      return { roomId, root, write, snapshot };
    },
    async contentOf(outcome: SnapshotOutcome, path: string): Promise<Buffer> {
      const entry = (await open(outcome)).find(path);
      return buffer(readEntry(store, entry as FileEntry));
    },
    async close() {
      for (const one of stores) await one.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Who the rooms' agents are on this host; the tests' own user when it may not give files away. */
export const agentUid = isRoot ? agent.uid : process.getuid?.();

export const sha = (body: string | Uint8Array) => createHash("sha256").update(body).digest("hex");

/** What a person sees of a tree: kinds, contents, modes, targets and times of files. */
export async function describeTree(root: string, folder = ""): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of await readdir(join(root, folder))) {
    const path = folder ? `${folder}/${name}` : name;
    const { mode, mtimeMs } = await lstat(join(root, path));
    const kind = mode & 0o170000;
    if (kind === 0o040000) Object.assign(found, { [path]: mode }, await describeTree(root, path));
    else if (kind === 0o120000) found[path] = await readlink(join(root, path));
    else found[path] = [mode, Math.trunc(mtimeMs), sha(await readFile(join(root, path)))];
  }
  return found;
}
