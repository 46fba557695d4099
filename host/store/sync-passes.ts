import type { DiskScan, Scan } from "./scan-disk";
import { createDirtyPlaces } from "./dirty-places";
import type { Settled } from "./settle-file";
import type { SyncedTree } from "./synced-tree";
import { createTreeWatch, crowdedFolderOf, type TreeWatch, type WatchBudget } from "./watch-tree";

const FULL_EVERY_MS = 60_000;
/** Where not every folder could be watched. */
const FULL_OFTEN_MS = 30_000;
const FULL_LATEST_MS = 600_000;
/** No more than this part of the time goes into looking at all of a tree. */
const FULL_SHARE = 50;
const BUSY_MS = 300;
const FAILED_MS = 5_000;
const BURST_MS = 1_500;
const YOUNG_MS = 200;
const HOT_FIRST_MS = 250;
const HOT_LAST_MS = 10_000;
const COSTLY_MS = 50;
const CROWDED_FIRST_MS = 1_000;
const CROWDED_LAST_MS = 30_000;

type How = Pick<Scan, "tries" | "takesTorn" | "isDue" | "onFile" | "onFolder" | "onSkip">;

type Parts = {
  synced: SyncedTree;
  open: (how: How) => Promise<DiskScan>;
  seal: () => void;
  /** The store takes no more now. */
  isBusy: () => boolean;
  watchBudget: WatchBudget;
  onFailure: (error: unknown) => void;
};

/**
 * When to look where: soon at what the kernel hints at, later at files that are being written, now and then at all of
 * the tree. One look at a time.
 */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createSyncPasses(parts: Parts) {
  const { synced } = parts;
  const places = createDirtyPlaces();
  const hot = new Map<string, { notBefore: number; delay: number }>();
  const crowded = new Map<string, { at: number; delay: number }>();
  let treeWatch: TreeWatch | null = null;
  let timer: NodeJS.Timeout | undefined;
  let fullAt = 0;
  let isStopped = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another; what fails does not keep the next from its turn. */
  function exclusively<T>(run: () => Promise<T>): Promise<T> {
    const mine = turn.then(run);
    turn = mine.catch(() => undefined);
    return mine;
  }

  function schedule(atLeastMs = 0): void {
    clearTimeout(timer);
    if (!treeWatch || isStopped) return;
    const now = performance.now();
    let due = fullAt - now;
    for (const { at } of crowded.values()) due = Math.min(due, at - now);
    due = Math.min(due, places.dueInMs() ?? due);
    timer = setTimeout(tick, Math.max(due, atLeastMs, 0)).unref();
  }

  function tick(): void {
    if (parts.isBusy()) return schedule(BUSY_MS);
    exclusively(look).then(
      () => schedule(),
      (error: unknown) => {
        fullAt = 0; // what was to be looked at is forgotten: look at everything
        schedule(FAILED_MS);
        parts.onFailure(error);
      },
    );
  }

  async function look(): Promise<void> {
    if (isStopped || !treeWatch) return;
    const { places: due, isBurst } = places.take();
    if (performance.now() >= fullAt) await lookAtAll(treeWatch);
    else {
      const scan = await parts.open(how);
      for (const { folder, names } of due)
        if (names === null) await scan.folder(folder);
        else for (const name of names) await scan.node(folder === "" ? name : `${folder}/${name}`);
      await lookAtCrowded(scan);
      if (isBurst) fullAt = Math.min(fullAt, performance.now() + BURST_MS);
    }
    parts.seal();
    treeWatch.sweep((path) => synced.tree.find(path)?.type === "directory");
  }

  async function lookAtAll(watch: TreeWatch): Promise<void> {
    const since = performance.now();
    watch.takeShort();
    await (await parts.open(how)).all();
    const took = performance.now() - since;
    const usual = watch.takeShort() ? FULL_OFTEN_MS : FULL_EVERY_MS;
    fullAt = performance.now() + Math.min(Math.max(usual, took * FULL_SHARE), FULL_LATEST_MS);
    for (const [path, { notBefore }] of hot) if (notBefore < since) hot.delete(path);
  }

  async function lookAtCrowded(scan: DiskScan): Promise<void> {
    for (const [folder, state] of crowded) {
      if (state.at > performance.now()) continue;
      const since = performance.now();
      const opsBefore = synced.builder.opsEver;
      await scan.folder(folder, true);
      const took = performance.now() - since;
      const isQuiet = synced.builder.opsEver === opsBefore;
      const delay = isQuiet ? CROWDED_FIRST_MS : Math.min(state.delay * 2, CROWDED_LAST_MS);
      const at = isQuiet ? Infinity : performance.now() + Math.max(delay, took * 10);
      if (synced.tree.find(folder)) crowded.set(folder, { at, delay });
      else crowded.delete(folder);
    }
  }

  function note(folder: string, name: string | null): void {
    const top = crowdedFolderOf(folder);
    if (top === null) places.add(folder, name);
    else {
      const { at, delay } = crowded.get(top) ?? { at: Infinity, delay: CROWDED_FIRST_MS };
      crowded.set(top, { at: Math.min(at, performance.now() + delay), delay });
    }
    if (treeWatch && !isStopped) schedule();
  }

  function onFolder(folder: string, dirFd: number): void {
    treeWatch?.add(folder, dirFd);
    // Being filled, most likely: looked at again until it is quiet.
    if (treeWatch && folder !== "" && !crowded.has(folder) && crowdedFolderOf(folder) === folder)
      crowded.set(folder, { at: performance.now() + CROWDED_FIRST_MS, delay: CROWDED_FIRST_MS });
  }

  function onFile(path: string, settled: Settled, tookMs: number): void {
    if (!treeWatch) return; // every flush of a room at rest looks at everything it is asked for
    const now = performance.now();
    if (settled === "torn") {
      const delay = Math.min((hot.get(path)?.delay ?? HOT_FIRST_MS / 2) * 2, HOT_LAST_MS);
      hot.set(path, { notBefore: now + delay, delay });
      places.addLater(path, delay);
    } else if (tookMs > COSTLY_MS && settled !== "same") {
      // A large file that changes all the time may not take all the time.
      const delay = Math.min(tookMs * 10, HOT_LAST_MS);
      hot.set(path, { notBefore: now + delay, delay: HOT_FIRST_MS / 2 });
    }
    if (settled === "young" || settled === "growing")
      places.addLater(path, Math.max(YOUNG_MS, tookMs));
  }

  const how: How = {
    tries: 2,
    takesTorn: false,
    isDue(path) {
      const left = (hot.get(path)?.notBefore ?? 0) - performance.now();
      if (left > 0) places.addLater(path, left);
      return left <= 0;
    },
    onFile,
    onFolder,
    onSkip: () => undefined,
  };

  return {
    exclusively,
    note,
    onFile,
    onFolder,
    isLive: () => treeWatch !== null,
    waiting: () => places.size,
    start(): void {
      treeWatch ??= createTreeWatch(parts.watchBudget, { onChange: note });
      fullAt = 0;
      schedule();
    },
    /** Ends the watch with one more look at everything. */
    async rest(): Promise<void> {
      if (!treeWatch) return;
      treeWatch.close();
      treeWatch = null;
      clearTimeout(timer);
      await exclusively(async () => {
        if (isStopped) return;
        await (await parts.open(how)).all();
        parts.seal();
      }).catch(parts.onFailure);
    },
    stop(): void {
      isStopped = true;
      clearTimeout(timer);
      treeWatch?.close();
      treeWatch = null;
    },
  };
}
