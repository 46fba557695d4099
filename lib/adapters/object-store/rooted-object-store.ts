import type { ObjectStore } from "@/lib/ports/object-store";
import { AppError } from "@/lib/errors";

/** Shows the objects of a whole store as those below `root/`: in a customer's bucket lie the files of one workspace. */
export function createRootedObjectStore(store: ObjectStore, root: string): ObjectStore {
  const start = `${root}/`;
  const inside = (key: string): string => {
    if (key.startsWith(start)) return key.slice(start.length);
    throw new AppError("invalid_input", "This object belongs to another workspace.");
  };
  const outside = <T extends { key: string }>(object: T): T => ({
    ...object,
    key: start + object.key,
  });
  const rooted: ObjectStore = {
    put: async (key, body, options) => store.put(inside(key), body, options),
    get: async (key, options) => store.get(inside(key), options),
    getBytes: async (key, options) => store.getBytes(inside(key), options),
    size: async (key) => store.size(inside(key)),
    async stat(key) {
      const found = await store.stat(inside(key));
      return found && outside(found);
    },
    list: async (prefix, options) =>
      (await rooted.listObjects(prefix, options)).map(({ key }) => key),
    async listObjects(prefix, { after = "", ...options } = {}) {
      const from = after.startsWith(start) ? { after: after.slice(start.length) } : {};
      const found = await store.listObjects(inside(prefix), { ...options, ...from });
      return found.map(outside);
    },
    delete: async (key) => store.delete(inside(key)),
    check: () => store.check(),
  };
  return rooted;
}
