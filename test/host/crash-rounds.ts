import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { restoreTree } from "@/host/store/restore-tree";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import type { SegmentRef, WorkspaceState } from "@/lib/protocol/store";
import { readEntryBytes } from "@/lib/workspace/read-entry";
import { lastSeqOf, openState, stateOf } from "@/lib/workspace/workspace-state";
import { seededRandom } from "../soak/seeded-random";
import { bundleProgram } from "../sandbox/bundle-program";
import { describeTree } from "./room-store-kit";

const LIFE_MS = 900;
const FLUSH_MS = 60_000;
type Message = { type: string; id?: number; segments?: SegmentRef[]; why?: string };

/** A content that says of itself whether it is whole. */
const wholeText = (version: number, bytes: number) => {
  const body = `${version} ${randomBytes(bytes).toString("base64")}`;
  return `${createHash("sha256").update(body).digest("hex")} ${body}`;
};
const versionOf = (text: string): number => {
  const [sum, body] = [text.slice(0, 64), text.slice(65)];
  if (createHash("sha256").update(body).digest("hex") !== sum) throw new Error("A torn file");
  return Number(body.slice(0, body.indexOf(" ")));
};

type Outcome = { rounds: number; commits: number; acknowledged: number };

/**
 * Round after round, a writer is killed at a random moment while programs and calls change its room, over a store that
 * fails and tears. After each: everything that was acknowledged is in the committed state, nothing in it is torn.
 */
// eslint-disable-next-line max-lines-per-function -- one story with its state
export async function runCrashRounds(options: {
  rounds: number;
  seed: number;
  endAt?: number;
}): Promise<Outcome> {
  const random = seededRandom(options.seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const dataDir = await mkdtemp(join(tmpdir(), "sync-crash-"));
  const program = await bundleProgram("sync-writer", dataDir);
  mkdirSync(join(dataDir, "store"));
  const store = createDirectoryObjectStore({ root: join(dataDir, "store") });
  const provisioner = createFakeProvisioner({ dataDir });
  const roomId = newId("workroom");
  const { root } = await provisioner.attach(roomId);
  let state: WorkspaceState = stateOf(null);
  let version = 0;
  const acknowledged = new Map<string, number>();
  let count = 0;

  /** What the web's transaction does: in order, without a gap, each number once. */
  function commit(segments: readonly SegmentRef[]): boolean {
    const known = segments.filter(({ seq }) => seq <= lastSeqOf(state));
    const isKnown = known.every(({ seq, key }) =>
      state.segments.some((one) => one.seq === seq && one.key === key),
    );
    const fresh = segments.slice(known.length);
    const isNext = fresh.every(({ seq }, i) => seq === lastSeqOf(state) + 1 + i);
    if (!isKnown || !isNext) return false;
    state = { ...state, segments: [...state.segments, ...fresh] };
    return true;
  }

  async function startWriter() {
    const child: ChildProcess = spawn(
      process.execPath,
      [program, dataDir, roomId, String(below(1e6))],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const send = (message: unknown) => void child.stdin?.write(`${JSON.stringify(message)}\n`);
    child.stdin?.on("error", () => undefined); // it was killed
    const waiting = new Map<number, { path: string | null; version: number }>();
    const opened = Promise.withResolvers<void>();
    const flushed = new Map<number, () => void>();
    if (!child.stdout) throw new Error("The writer has an output.");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as Message;
      if (message.type === "opened") return opened.resolve();
      if (message.type === "failed") return opened.reject(new Error(message.why));
      if (!message.segments || !commit(message.segments)) return;
      send({ type: "ack", seq: lastSeqOf(state) });
      const call = message.id === undefined ? undefined : waiting.get(message.id);
      if (call?.path) {
        count += 1;
        acknowledged.set(call.path, Math.max(call.version, acknowledged.get(call.path) ?? 0));
      }
      if (message.id !== undefined) flushed.get(message.id)?.();
    });
    send({ type: "open", state });
    await opened.promise;
    let nextId = 0;
    return {
      /** A write by a call: it is acknowledged when its segment is committed. */
      call(path: string, text: string, itsVersion: number) {
        nextId += 1;
        put(path, text);
        waiting.set(nextId, { path, version: itsVersion });
        send({ type: "flush", id: nextId, paths: [path] });
      },
      flushAll() {
        nextId += 1;
        const id = nextId;
        waiting.set(id, { path: null, version: 0 });
        return new Promise<void>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error("A flush did not end")), FLUSH_MS);
          flushed.set(id, () => (clearTimeout(late), resolve()));
          send({ type: "flush", id });
        });
      },
      async kill() {
        const ended = once(child, "exit");
        const read = child.stdout ? once(child.stdout, "close") : null;
        child.kill("SIGKILL");
        await Promise.all([ended, read]);
      },
    };
  }

  function put(path: string, text: string): void {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  function changeSomething(writer: Awaited<ReturnType<typeof startWriter>>): void {
    version += 1;
    const what = random();
    const path = `work/d${below(4)}/f${below(12)}`;
    if (what < 0.3) writer.call(`calls/${below(8)}`, wholeText(version, 1 + below(3_000)), version);
    else if (what < 0.8) put(path, wholeText(version, 1 + below(20_000)));
    else if (what < 0.85) put(`work/big${below(2)}`, wholeText(version, 2_000_000 + below(2e6)));
    else if (what < 0.9) rmSync(join(root, path), { force: true });
    else if (what < 0.95) {
      mkdirSync(join(root, "work"), { recursive: true });
      appendFileSync(join(root, "work/log"), `${version}\n`);
    } else rmSync(join(root, `work/d${below(4)}`), { recursive: true, force: true });
  }

  async function checkState(): Promise<void> {
    const manifest = await openState(store, state);
    for (const entry of manifest.entries) {
      if (entry.type !== "file" || entry.path === "work/log" || entry.path.endsWith(".new"))
        continue;
      const found = versionOf((await readEntryBytes(store, entry, 1e8)).toString());
      if (found < (acknowledged.get(entry.path) ?? 0))
        throw new Error(`An older version of ${entry.path} than was acknowledged`);
    }
    for (const path of acknowledged.keys())
      if (!manifest.find(path)) throw new Error(`${path} was acknowledged and is lost`);
  }

  let rounds = 0;
  try {
    for (; rounds < options.rounds && Date.now() < (options.endAt ?? Infinity); rounds += 1) {
      const writer = await startWriter();
      const endAt = Date.now() + below(LIFE_MS);
      while (Date.now() < endAt) {
        changeSomething(writer);
        await pause(below(30));
      }
      await writer.kill();
      await checkState();
    }
    const last = await startWriter();
    await last.flushAll();
    await last.kill();
    await checkState();
    const other = await provisioner.attach(newId("workroom"));
    await restoreTree(other, store, await openState(store, state));
    const [here, there] = [await describeTree(root), await describeTree(other.root)];
    if (JSON.stringify(sorted(here)) !== JSON.stringify(sorted(there)))
      throw new Error("What was restored is not what was on the disk");
    return { rounds, commits: state.segments.length, acknowledged: count };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const sorted = (tree: Record<string, unknown>) =>
  Object.entries(tree).toSorted(([a], [b]) => (a < b ? -1 : 1));
