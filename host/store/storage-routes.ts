import { managedRoute, type StorageRoute } from "@/lib/protocol/workspace";

export type StorageRoutes = {
  find(root: string): Promise<StorageRoute>;
  set(root: string, route: StorageRoute): void;
};

/**
 * Where the workspaces of this host lie, as the web told it. Held in memory only, with the buckets' secrets; what it was
 * never told about lies in the managed store.
 */
export function createStorageRoutes(): StorageRoutes {
  const routes = new Map<string, StorageRoute>();
  return {
    find: async (root) => routes.get(root) ?? managedRoute,
    set(root, route) {
      routes.set(root, route);
    },
  };
}
