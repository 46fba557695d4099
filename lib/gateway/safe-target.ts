/** A path of this origin to go on to, with its query and fragment; anything else becomes `/`. */
export function safeTarget(to: string | null): string {
  const base = "http://here.invalid";
  if (to === null || !to.startsWith("/")) return "/";
  try {
    const url = new URL(to, base);
    if (url.origin !== base) return "/";
    // Two slashes in front would name another host.
    return `${url.pathname.replace(/^\/+/, "/")}${url.search}${url.hash}`;
  } catch {
    return "/";
  }
}
