import type { HttpMethod, Verb } from "@/lib/domain/define-verb";

export type VerbMatch = { verb: Verb; params: Record<string, string> };
type Route = { parts: readonly string[]; verb: Verb };

/** Routes by the number of their parts, made once a registry: each call then looks at few of them. */
const tables = new WeakMap<readonly Verb[], ReadonlyMap<number, readonly Route[]>>();

/**
 * The verb of a method and path below `/api/v1`, with the names in its path; the methods there are, when it has others;
 * `null` when there is nothing at the path. Words of a path come before names (`/orgs/mine` before `/orgs/:orgId`).
 */
export function matchVerb(
  verbs: readonly Verb[],
  method: string,
  path: readonly string[],
): VerbMatch | { allowed: HttpMethod[] } | null {
  const fitting = (tableOf(verbs).get(path.length) ?? []).flatMap(({ parts, verb }) => {
    const params = matchPath(parts, path);
    return params ? [{ verb, params }] : [];
  });
  if (fitting.length === 0) return null;
  const fewest = (some: readonly VerbMatch[]) =>
    some.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  const found = fewest(fitting.filter(({ verb }) => verb.rest.method === method));
  return found ?? { allowed: [...new Set(fitting.map(({ verb }) => verb.rest.method))] };
}

function tableOf(verbs: readonly Verb[]): ReadonlyMap<number, readonly Route[]> {
  const known = tables.get(verbs);
  if (known) return known;
  const routes = verbs.map((verb) => ({ parts: verb.rest.path.slice(1).split("/"), verb }));
  const table = Map.groupBy(routes, ({ parts }) => parts.length);
  tables.set(verbs, table);
  return table;
}

function matchPath(
  pattern: readonly string[],
  path: readonly string[],
): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = path[index] ?? "";
    if (name.startsWith(":")) params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}
