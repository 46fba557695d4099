/** `__Host-`: a browser takes them only from this very host, so a preview or App can't plant one. */
export const sessionCookie = "__Host-workroom.session";
export const accessCookie = "__Host-workroom.access";
/** Every cookie of ours starts with this; no other reaches Next, and none of ours reaches a room. */
export const ownCookiePrefix = "__Host-workroom.";

/** Pairs of a Cookie header in their order; a piece without `=` is dropped. */
export function parseCookies(header: string | null | undefined): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const piece of (header ?? "").split(";")) {
    const equals = piece.indexOf("=");
    if (equals < 1) continue;
    const name = piece.slice(0, equals).trim();
    if (name !== "") pairs.push([name, piece.slice(equals + 1).trim()]);
  }
  return pairs;
}

export const findCookie = (header: string | null | undefined, name: string): string | null =>
  parseCookies(header).find(([key]) => key === name)?.[1] ?? null;

/** The Cookie header with the pairs that `keeps` accepts, or undefined when none is left. */
export function filterCookies(
  header: string | undefined,
  keeps: (name: string) => boolean,
): string | undefined {
  const kept = parseCookies(header).filter(([name]) => keeps(name));
  return kept.length === 0 ? undefined : kept.map(([name, value]) => `${name}=${value}`).join("; ");
}
