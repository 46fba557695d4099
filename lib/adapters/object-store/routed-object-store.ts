import { AppError } from "@/lib/errors";
import type { Buckets } from "@/lib/ports/buckets";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { StorageRoute } from "@/lib/protocol/workspace";
import { rootOfKey } from "@/lib/workspace/object-keys";

type Parts = {
  managed: ObjectStore;
  buckets: Pick<Buckets, "openRoot">;
  /** Where a workspace lies; asked for each call, so it should remember. */
  findRoute: (root: string) => Promise<StorageRoute>;
};

export type RoutedObjectStore = ObjectStore & {
  /** Resolves when every write of a workspace that is under way now has ended. */
  drain(root: string): Promise<void>;
};

/**
 * One store for all: each key goes where the workspace of its root lies. While a workspace moves, what is not in its new
 * place yet is read from the old one.
 */
// eslint-disable-next-line max-lines-per-function -- one object of small methods
export function createRoutedObjectStore({ managed, buckets, findRoute }: Parts): RoutedObjectStore {
  const writes = new Map<string, Set<Promise<unknown>>>();

  async function placesOf(key: string): Promise<{ now: ObjectStore; before: ObjectStore | null }> {
    const root = rootOfKey(key);
    if (root === null) return { now: managed, before: null };
    const { target, previous } = await findRoute(root);
    return {
      now: buckets.openRoot(target, root),
      before: previous && buckets.openRoot(previous, root),
    };
  }

  async function read<T>(key: string, ask: (store: ObjectStore) => Promise<T>): Promise<T> {
    const { now, before } = await placesOf(key);
    try {
      const found = await ask(now);
      if (found !== null || !before) return found;
    } catch (error) {
      const isMissing = error instanceof AppError && error.code === "not_found";
      if (!before || !isMissing) throw error;
    }
    return ask(before);
  }

  async function write<T>(key: string, change: () => Promise<T>): Promise<T> {
    const root = rootOfKey(key) ?? "";
    const underWay = writes.get(root) ?? new Set();
    writes.set(root, underWay);
    const done = change();
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
      if (underWay.size === 0 && writes.get(root) === underWay) writes.delete(root);
    }
  }

  const store: RoutedObjectStore = {
    put: (key, body, options) =>
      write(key, async () => (await placesOf(key)).now.put(key, body, options)),
    delete: (key) =>
      write(key, async () => {
        const { now, before } = await placesOf(key);
        await now.delete(key);
        await before?.delete(key); // else it would be found there again
      }),
    get: (key, options) => read(key, (from) => from.get(key, options)),
    getBytes: (key, options) => read(key, (from) => from.getBytes(key, options)),
    size: (key) => read(key, (from) => from.size(key)),
    stat: (key) => read(key, (from) => from.stat(key)),
    list: async (prefix, options) => (await placesOf(prefix)).now.list(prefix, options),
    listObjects: async (prefix, options) =>
      (await placesOf(prefix)).now.listObjects(prefix, options),
    check: () => managed.check(),
    async drain(root) {
      await Promise.allSettled(writes.get(root) ?? []);
    },
  };
  return store;
}
