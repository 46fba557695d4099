import { normalizeWorkspacePath } from "@/lib/protocol/paths";

export type UrlPath = { path: string; isFolder: boolean };

/**
 * The path of a request below a root, percent-decoded once and in normal form; null for one that names nothing: a bad
 * escape, an escaped slash, a NUL byte, a name that is too long.
 */
export function readUrlPath(url: string): UrlPath | null {
  const raw = url.split(/[?#]/, 1)[0] ?? "/";
  try {
    const names = raw.split("/").map(decodeURIComponent);
    if (names.some((name) => name.includes("/") || name.includes("\0") || name === ".."))
      return null;
    // A first folder of this very name must not be taken for the room's absolute form.
    const path = normalizeWorkspacePath(`./${names.join("/")}`);
    return { path, isFolder: raw.endsWith("/") };
  } catch {
    return null;
  }
}

/** A path of the workspace as a path of a URL. */
export const toUrlPath = (path: string): string =>
  `/${path
    .split("/")
    .map((name) => encodeURIComponent(name.toWellFormed()))
    .join("/")}`;

/** The query of a request's URL with its `?`, or nothing. */
export const urlQuery = (url: string): string => /\?[^#]*/.exec(url)?.[0] ?? "";
