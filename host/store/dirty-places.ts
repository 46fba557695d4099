/** More names than this of one folder: the whole folder is looked at. */
const MAX_NAMES = 64;
/** So many hints at once may be more than the kernel could keep: some are lost, and the whole tree is looked at. */
const BURST = 4_000;

const QUIET_MS = 250;
const LATEST_MS = 1_000;

export type DirtyPlace = { folder: string; names: ReadonlySet<string> | null };

/** Where the disk may differ from the tree, and when to look: soon after it got quiet there, but not too late. */
export function createDirtyPlaces() {
  const places = new Map<string, Set<string> | null>();
  /** Places that are looked at later, by the time for it. */
  const later = new Map<string, { place: string; name: string; at: number }>();
  let firstAt = 0;
  let lastAt = 0;
  let hints = 0;

  function add(folder: string, name: string | null): void {
    const now = performance.now();
    if (places.size === 0) firstAt = now;
    lastAt = now;
    hints += 1;
    const names = places.get(folder);
    if (names === null) return;
    if (name === null || (names && names.size >= MAX_NAMES)) places.set(folder, null);
    else if (names) names.add(name);
    else places.set(folder, new Set([name]));
  }

  return {
    add,
    /** A file that was not ready to be saved. */
    addLater(path: string, delayMs: number): void {
      const slash = path.lastIndexOf("/");
      const place = slash < 0 ? "" : path.slice(0, slash);
      const at = performance.now() + delayMs;
      later.set(path, { place, name: path.slice(slash + 1), at });
    },
    /** Milliseconds until the next look; null: there is nothing to look at. */
    dueInMs(): number | null {
      const now = performance.now();
      let due = places.size > 0 ? Math.min(lastAt + QUIET_MS, firstAt + LATEST_MS) : Infinity;
      for (const { at } of later.values()) due = Math.min(due, at);
      return due === Infinity ? null : Math.max(0, due - now);
    },
    /** Takes what is due now. */
    take(): { places: DirtyPlace[]; isBurst: boolean } {
      const now = performance.now();
      for (const [path, { place, name, at }] of later) {
        if (at > now) continue;
        later.delete(path);
        add(place, name);
      }
      const taken = [...places].map(([folder, names]) => ({ folder, names }));
      const isBurst = hints > BURST;
      places.clear();
      hints = 0;
      return { places: taken.toSorted((a, b) => (a.folder < b.folder ? -1 : 1)), isBurst };
    },
    get size() {
      let count = later.size;
      for (const names of places.values()) count += names?.size ?? 1;
      return count;
    },
  };
}
