import { type FSWatcher, readFileSync, watch } from "node:fs";

/** One room may not take all watches of the machine. */
const MAX_WATCHES_OF_ROOM = 4_096;
const MAX_WATCHES = 32_768;

/** Folders that tools fill with thousands of others: what is below them is found by scanning, not by watching. */
const crowdedNames: ReadonlySet<string> = new Set([
  ".git",
  "node_modules",
  ".venv",
  "__pycache__",
  ".cache",
  ".next",
]);

/** The topmost crowded folder on the way to a path, itself included; null when there is none. */
export function crowdedFolderOf(path: string): string | null {
  const names = path.split("/");
  const index = names.findIndex((name) => crowdedNames.has(name));
  return index < 0 ? null : names.slice(0, index + 1).join("/");
}

export type WatchBudget = { left: number };

/** How many folders all rooms of this host may watch: half of what the kernel gives a user. */
export function createWatchBudget(): WatchBudget {
  try {
    const limit = Number(readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8"));
    return { left: Math.min(MAX_WATCHES, Math.floor(limit / 2)) };
  } catch {
    return { left: 0 };
  }
}

type Listener = {
  /** `name` null: any name of the folder may have changed. */
  onChange: (folder: string, name: string | null) => void;
};

/**
 * Hints of the kernel about a tree. They may be lost and may be wrong, so they only say where to look: a room that moves
 * its folders about makes its host look in vain, nothing else.
 */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createTreeWatch(budget: WatchBudget, { onChange }: Listener) {
  const watchers = new Map<string, FSWatcher>();
  let isShort = false;

  function drop(folder: string): void {
    const watcher = watchers.get(folder);
    if (!watcher) return;
    watchers.delete(folder);
    budget.left += 1;
    watcher.close();
  }

  function noteEvent(folder: string, selfName: string, raw: Buffer | null): void {
    const name = raw?.toString("utf8") ?? null;
    if (name === null || raw === null) return onChange(folder, null);
    if (name === selfName) {
      // The folder itself was removed or moved: another of this name gets a watch of its own.
      drop(folder);
      const slash = folder.lastIndexOf("/");
      onChange(slash < 0 ? "" : folder.slice(0, slash), null);
      return onChange(folder, null);
    }
    onChange(folder, Buffer.from(name, "utf8").equals(raw) ? name : null);
  }

  return {
    /** Watches an open folder, unless there are too many. */
    add(folder: string, dirFd: number): void {
      if (watchers.has(folder)) return;
      const crowded = crowdedFolderOf(folder);
      if (crowded !== null && crowded !== folder) return;
      if (budget.left <= 0 || watchers.size >= MAX_WATCHES_OF_ROOM) {
        isShort = true;
        return;
      }
      try {
        const options = { persistent: false, encoding: "buffer" } as const;
        const watcher = watch(`/proc/self/fd/${dirFd}`, options, (_type, name) =>
          noteEvent(folder, String(dirFd), name),
        );
        watcher.on("error", () => {
          drop(folder);
          onChange(folder, null);
        });
        budget.left -= 1;
        watchers.set(folder, watcher);
      } catch {
        isShort = true; // no watches left, or the folder is gone: the next full scan looks again
      }
    },
    /** Ends the watches of folders that are gone. */
    sweep(isFolder: (path: string) => boolean): void {
      for (const folder of watchers.keys()) if (folder !== "" && !isFolder(folder)) drop(folder);
    },
    /** Some folders could not be watched since this was asked last. */
    takeShort(): boolean {
      const was = isShort;
      isShort = false;
      return was;
    },
    close(): void {
      for (const folder of watchers.keys()) drop(folder);
    },
  };
}
export type TreeWatch = ReturnType<typeof createTreeWatch>;
