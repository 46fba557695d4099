import type { HttpMethod, Verb } from "@/lib/domain/define-verb";

export type VerbMatch = { verb: Verb; params: Record<string, string> };

/** The verb of a method and path below `/api/v1`, with the names in its path; `null` when there is none. */
export function matchVerb(
  verbs: readonly Verb[],
  method: string,
  path: readonly string[],
): VerbMatch | { allowed: HttpMethod[] } | null {
  const fitting = verbs.flatMap((verb) => {
    const params = matchPath(verb.rest.path.slice(1).split("/"), path);
    return params ? [{ verb, params }] : [];
  });
  if (fitting.length === 0) return null;
  const found = fitting.find(({ verb }) => verb.rest.method === method);
  return found ?? { allowed: fitting.map(({ verb }) => verb.rest.method) };
}

function matchPath(
  pattern: readonly string[],
  path: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = path[index] ?? "";
    if (name.startsWith(":")) params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}
