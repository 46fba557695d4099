import { closeSync, readlinkSync } from "node:fs";
import { at, errnoOf, makeDirAt, openDirAt, openRoot, statAt } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";

const MAX_HOPS = 40;

/** A place in a room's tree: an open directory, and a name in it (`null`: the directory itself). */
export type Place = {
  dirFd: number;
  name: string | null;
  /** The place's own path: what links led to it is resolved. */
  path: string;
  /** The open directories from the root to `dirFd`. */
  folders: readonly number[];
};

type Options = {
  /** Resolve the last name too when it is a link. */
  followsLast?: boolean;
  /** Called for each missing folder on the way; without it a missing folder is `not_found`. */
  onMade?: ((dirFd: number) => void) | undefined;
  /** Refuses a place by its own path, before a folder is made there and before it is visited. */
  guard?: ((path: string) => void) | undefined;
};

type Folder = { fd: number; name: string };

/**
 * Walks a normal path below `root` one name at a time over open directories, and calls `visit` with the place it names.
 * Links are read and resolved here, inside the root: `/workspace/…` and relative targets only, `..` by the directories
 * passed on the way. No name is looked up twice, so swapping a name for a link meanwhile leads nowhere.
 *
 * @throws AppError `not_found` for a link that leaves the workspace
 */
export async function locate<T>(
  root: string,
  path: string,
  options: Options,
  visit: (place: Place) => T | Promise<T>,
): Promise<T> {
  const opened: Folder[] = [{ fd: openRoot(root), name: "" }];
  try {
    const place = walk(opened, path, options);
    options.guard?.(place.path);
    return await visit(place);
  } finally {
    for (const { fd } of opened) closeSync(fd);
  }
}

// eslint-disable-next-line complexity -- one loop over the names of a path reads best whole
function walk(opened: Folder[], path: string, { followsLast = false, ...options }: Options): Place {
  const pending = path.split("/").filter(Boolean);
  for (let hops = 0; hops <= MAX_HOPS;) {
    const name = pending.shift();
    const dirFd = opened.at(-1)?.fd;
    if (dirFd === undefined) throw escapes();
    if (name === undefined) return placeIn(opened, dirFd, null);
    if (name === "..") leave(opened);
    if (name === "." || name === "..") continue;
    const isLast = pending.length === 0;
    if (isLast && !(followsLast && isLink(dirFd, name))) return placeIn(opened, dirFd, name);
    const target = isLast ? readLink(dirFd, name) : enter(opened, dirFd, name, options);
    if (target === null) continue;
    hops += 1;
    pending.unshift(...targetNames(opened, target));
  }
  throw fileError("ELOOP");
}

const pathIn = (opened: readonly Folder[], name: string | null) =>
  [...opened.slice(1).map((folder) => folder.name), ...(name === null ? [] : [name])].join("/");

const placeIn = (opened: readonly Folder[], dirFd: number, name: string | null): Place => ({
  dirFd,
  name,
  path: pathIn(opened, name),
  folders: opened.map(({ fd }) => fd),
});

/** Steps into a folder; answers the target instead when the name is a link. */
function enter(
  opened: Folder[],
  dirFd: number,
  name: string,
  { onMade, guard }: Options,
): string | null {
  try {
    opened.push({ fd: openDirAt(dirFd, name), name });
    return null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOTDIR" && isLink(dirFd, name)) return readLink(dirFd, name);
    if (code === "ENOTDIR" && isForeign(dirFd, name)) throw fileError("ENOENT");
    if (code !== "ENOENT" || !onMade) throw error;
    guard?.(pathIn(opened, name));
    const made = makeDirAt(dirFd, name);
    opened.push({ fd: made.fd, name });
    if (made.isNew) onMade(made.fd);
    return null;
  }
}

/** Sockets, FIFOs and devices are no part of a workspace: they answer as if nothing were there. */
export function isForeign(dirFd: number, name: string): boolean {
  const stat = statAt(dirFd, name);
  return stat !== null && !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink());
}

const isLink = (dirFd: number, name: string) => statAt(dirFd, name)?.isSymbolicLink() === true;
const readLink = (dirFd: number, name: string) => readlinkSync(at(dirFd, name));

/** Names of a link's target; an absolute one starts over at the root. */
function targetNames(opened: Folder[], target: string): string[] {
  if (!target.startsWith("/")) return target.split("/").filter(Boolean);
  if (target !== "/workspace" && !target.startsWith("/workspace/")) throw escapes();
  while (opened.length > 1) leave(opened);
  return target.slice("/workspace".length).split("/").filter(Boolean);
}

function leave(opened: Folder[]): void {
  const folder = opened.length > 1 ? opened.pop() : undefined;
  if (folder === undefined) throw escapes();
  closeSync(folder.fd);
}

const escapes = () =>
  fileError("ENOENT", {
    message: "This link leads outside the workspace, so it can't be opened here.",
  });
