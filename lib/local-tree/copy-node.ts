import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { AppError } from "@/lib/errors";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import { at, namesIn, openDirAt, openFileAt, statAt } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";
import { PART_PREFIX } from "@/lib/workspace/normal-path";
import { createBreather } from "./breather";
import { making, reading } from "./guards";
import { statOf } from "./list-folder";
import { locate, type Place } from "./locate";
import { giveAt, giveFd, type Tree } from "./owners";
import { isPart, replaceFile } from "./replace-file";
import { MAX_DEPTH, removeTree } from "./visit-tree";

type Paths = Pick<FileOpInput<"copy">, "from" | "to">;
type Copy = Paths & { recursive: boolean; overwrite: boolean };

/** Copies a file, or a folder with everything in it. A link at `from` is followed; links in a folder stay links. */
export async function copyNode(
  tree: Tree,
  copy: Copy,
  mayChangeInput: boolean,
): Promise<FileOpResult<"copy">> {
  const { from, to } = copy;
  if (to === from || to.startsWith(`${from}/`) || from === "") throw intoItself(to);
  const target = { followsLast: true, ...making(tree, to, mayChangeInput) };
  const nodes = await locate(tree.root, from, { followsLast: true, ...reading }, (source) =>
    locate(tree.root, to, target, (place) => copyPlace(tree, source, place, copy)),
  );
  return { path: to, nodes };
}

/** Copies one place to another, atomically; answers how many nodes there are now. */
export async function copyPlace(
  tree: Tree,
  source: Place,
  target: Place,
  { recursive, overwrite }: Omit<Copy, keyof Paths>,
): Promise<number> {
  const stat = statOf(source);
  if (!stat) throw fileError("ENOENT", { path: source.path });
  const now = statOf(target);
  if (stat.isDirectory() && !recursive)
    throw fileError("EISDIR", { path: source.path, hint: "Set `recursive` to copy a folder." });
  if (now?.dev === stat.dev && now.ino === stat.ino) throw intoItself(target.path);
  if (stat.isDirectory()) {
    if (now || target.name === null) throw fileError("EEXIST", { path: target.path });
    const isBelow = target.folders.some((fd) => fstatSync(fd, { bigint: true }).ino === stat.ino);
    if (isBelow) throw intoItself(target.path);
    return copyFolder(tree, source, { ...target, name: target.name });
  }
  if (target.name === null || now?.isDirectory()) throw fileError("EISDIR", { path: target.path });
  if (now && !overwrite) throw fileError("EEXIST", { path: target.path });
  if (stat.isSymbolicLink()) copyLink(tree, source, { ...target, name: target.name });
  else await copyContent(tree, source, { ...target, name: target.name }, overwrite);
  return 1;
}

type Named = Pick<Place, "dirFd" | "path"> & { name: string };

function copyLink(tree: Tree, { dirFd, name }: Pick<Place, "dirFd" | "name">, to: Named): void {
  if (name === null) return;
  const temp = PART_PREFIX + randomUUID();
  symlinkSync(readlinkSync(at(dirFd, name)), at(to.dirFd, temp));
  giveAt(tree, to.path, to.dirFd, temp);
  renameSync(at(to.dirFd, temp), at(to.dirFd, to.name));
}

async function copyContent(
  tree: Tree,
  source: Pick<Place, "dirFd" | "name">,
  to: Named,
  overwrites = true,
): Promise<void> {
  if (source.name === null) throw fileError("EISDIR");
  const { fd, stat } = openFileAt(source.dirFd, source.name);
  // By the open files themselves, so nothing can be put in their places. Shares the blocks where the disk can.
  const fill = async (toFd: number) => {
    await copyFile(`/proc/self/fd/${fd}`, `/proc/self/fd/${toFd}`, constants.COPYFILE_FICLONE);
    return Number(stat.size);
  };
  try {
    await replaceFile(to.dirFd, to.name, fill, {
      mode: Number(stat.mode & 0o777n),
      overwrites,
      finish: (toFd) => giveFd(tree, to.path, toFd),
      isDurable: false,
    });
  } finally {
    closeSync(fd);
  }
}

/** Fills a folder of a temporary name first, so that nobody sees half a copy. */
async function copyFolder(tree: Tree, source: Place, target: Named): Promise<number> {
  const breathe = createBreather();
  const temp = PART_PREFIX + randomUUID();
  let nodes = 0;

  async function fill(fromFd: number, to: Named, depth: number): Promise<void> {
    if (depth > MAX_DEPTH)
      throw new AppError("limit_exceeded", "These folders are nested too deep.");
    mkdirSync(at(to.dirFd, to.name), 0o755);
    nodes += 1;
    const toFd = openDirAt(to.dirFd, to.name);
    try {
      giveFd(tree, to.path, toFd);
      const { names, isCut } = namesIn(fromFd);
      if (isCut) throw new AppError("limit_exceeded", "A folder has too many files to be copied.");
      for (const name of names) {
        await breathe();
        if (!isPart(name))
          await copyChild({ dirFd: fromFd, name }, { dirFd: toFd, name, path: to.path }, depth);
      }
    } finally {
      closeSync(toFd);
    }
  }

  async function copyChild(from: { dirFd: number; name: string }, to: Named, depth: number) {
    const stat = statAt(from.dirFd, from.name);
    if (stat?.isDirectory()) {
      const childFd = openDirAt(from.dirFd, from.name);
      return fill(childFd, to, depth + 1).finally(() => closeSync(childFd));
    }
    if (stat?.isSymbolicLink()) copyLink(tree, from, to);
    else if (stat?.isFile()) await copyContent(tree, from, to);
    else return;
    nodes += 1;
  }

  const fromFd = source.name === null ? source.dirFd : openDirAt(source.dirFd, source.name);
  try {
    await fill(fromFd, { ...target, name: temp }, 0);
    renameSync(at(target.dirFd, temp), at(target.dirFd, target.name));
  } catch (error) {
    await removeTree(target.dirFd, temp, breathe);
    throw error;
  } finally {
    if (fromFd !== source.dirFd) closeSync(fromFd);
  }
  return nodes;
}

const intoItself = (path: string) =>
  fileError("EINVAL", { path, message: "This can't be copied into itself." });
