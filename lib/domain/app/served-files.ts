import type { FileEntry } from "@/lib/protocol/store";
import type { Manifest } from "@/lib/workspace/manifest";
import { isQuietPath } from "../change/quiet-names";

/** Names that begin with a dot (keys, histories) and what tools fill are never served; `.well-known` is. */
export const isServedPath = (path: string): boolean =>
  !isQuietPath(path) &&
  path.split("/").every((name) => !name.startsWith(".") || name === ".well-known");

type Source = { sourcePath: string; isFile: boolean };

/**
 * The file an App answers a path with. `path` is decoded and in normal form, relative to the App's root: a folder
 * answers with its `index.html`, a name without an ending also finds its `.html`. Links are not followed.
 */
export function findServedFile(
  manifest: Manifest,
  { sourcePath, isFile }: Source,
  path: string,
): FileEntry | null {
  if (!isServedPath(path)) return null;
  const fileAt = (place: string) => {
    const entry = manifest.find(place);
    return entry?.type === "file" ? entry : null;
  };
  if (isFile) {
    const name = sourcePath.slice(sourcePath.lastIndexOf("/") + 1);
    return path === "" || path === name ? fileAt(sourcePath) : null;
  }
  const place = path === "" ? sourcePath : `${sourcePath}/${path}`;
  return fileAt(place) ?? fileAt(`${place}/index.html`) ?? (path ? fileAt(`${place}.html`) : null);
}
