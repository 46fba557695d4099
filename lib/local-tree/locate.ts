import { closeSync, readlinkSync } from "node:fs";
import { AppError } from "@/lib/errors";
import { at, errnoOf, makeDirAt, openDirAt, openRoot, statAt } from "@/lib/workspace/dir-fd";

const MAX_HOPS = 40;

/** A place in a room's tree: an open directory, and a name in it (`null`: the directory itself). */
export type Place = { dirFd: number; name: string | null };

type Options = {
  /** Resolve the last name too when it is a link. */
  followsLast?: boolean;
  /** Called for each missing folder on the way; without it a missing folder is `not_found`. */
  onMade?: ((dirFd: number) => void) | undefined;
};

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
  const opened = [openRoot(root)];
  try {
    return await visit(walk(opened, path, options));
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

// eslint-disable-next-line complexity -- one loop over the names of a path reads best whole
function walk(opened: number[], path: string, { followsLast = false, onMade }: Options): Place {
  const pending = path.split("/").filter(Boolean);
  for (let hops = 0; hops <= MAX_HOPS;) {
    const name = pending.shift();
    const dirFd = opened.at(-1);
    if (dirFd === undefined) throw escapes();
    if (name === undefined) return { dirFd, name: null };
    if (name === "..") leave(opened);
    if (name === "." || name === "..") continue;
    const isLast = pending.length === 0;
    if (isLast && !(followsLast && isLink(dirFd, name))) return { dirFd, name };
    const target = isLast ? readLink(dirFd, name) : enter(opened, dirFd, name, onMade);
    if (target === null) continue;
    hops += 1;
    pending.unshift(...targetNames(opened, target));
  }
  throw Object.assign(new Error("Too many links"), { code: "ELOOP" });
}

/** Steps into a folder; answers the target instead when the name is a link. */
function enter(
  opened: number[],
  dirFd: number,
  name: string,
  onMade: Options["onMade"],
): string | null {
  try {
    opened.push(openDirAt(dirFd, name));
    return null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOTDIR" && isLink(dirFd, name)) return readLink(dirFd, name);
    if (code !== "ENOENT" || !onMade) throw error;
    const made = makeDirAt(dirFd, name);
    opened.push(made.fd);
    if (made.isNew) onMade(made.fd);
    return null;
  }
}

const isLink = (dirFd: number, name: string) => statAt(dirFd, name)?.isSymbolicLink() === true;
const readLink = (dirFd: number, name: string) => readlinkSync(at(dirFd, name));

/** Names of a link's target; an absolute one starts over at the root. */
function targetNames(opened: number[], target: string): string[] {
  if (!target.startsWith("/")) return target.split("/").filter(Boolean);
  if (target !== "/workspace" && !target.startsWith("/workspace/")) throw escapes();
  while (opened.length > 1) leave(opened);
  return target.slice("/workspace".length).split("/").filter(Boolean);
}

function leave(opened: number[]): void {
  const fd = opened.length > 1 ? opened.pop() : undefined;
  if (fd === undefined) throw escapes();
  closeSync(fd);
}

const escapes = () =>
  new AppError("not_found", "This link leads outside the workspace, so it can't be opened here.");
