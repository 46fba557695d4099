import { eq, or } from "drizzle-orm";
import { readInSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { managedRoute, type StorageRoute } from "@/lib/protocol/workspace";
import type { Ports } from "../context";
import { readRoute } from "./storage-route";

/** How long a process may go on with the place that it knows. A move waits longer than this before it ends. */
export const ROUTE_LIFE_MS = 5_000;
const MAX_KNOWN = 5_000;

type Known = { route: Promise<StorageRoute>; until: number };

/** Finds where the workspace of a root lies, for the store of this process. */
export function createRouteFinder(
  ports: Pick<Ports, "db" | "secrets">,
): (root: string) => Promise<StorageRoute> {
  const known = new Map<string, Known>();
  return (root) => {
    const now = Date.now();
    const last = known.get(root);
    if (last && last.until > now) return last.route;
    const route = lookUp(ports, root);
    known.delete(root);
    known.set(root, { route, until: now + ROUTE_LIFE_MS });
    route.catch(() => known.delete(root));
    for (const old of known.keys()) {
      if (known.size <= MAX_KNOWN) break;
      known.delete(old);
    }
    return route;
  };
}

/** A root whose workspace has no row (any more) lies with the installation. */
const lookUp = (ports: Pick<Ports, "db" | "secrets">, root: string): Promise<StorageRoute> =>
  readInSystem(ports.db, async (tx) => {
    const isIt = or(eq(workrooms.root, root), eq(workrooms.id, root.replace("workrooms/", "")));
    const { id, storageId } = workrooms;
    const [room] = await tx.select({ id, storageId }).from(workrooms).where(isIt);
    return room ? readRoute(tx, ports, room) : managedRoute;
  });
