import { closeSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Tree } from "@/lib/local-tree/owners";
import { locate } from "@/lib/local-tree/locate";
import type { FileOp, FileOpInput } from "@/lib/protocol/file-ops";
import { errnoOf, openDirAt, statAt } from "@/lib/workspace/dir-fd";
import { countTree } from "../quota/count-tree";
import type { OutputQuotas, Reservation } from "../quota/output-quotas";

type Change = { roomId: string; tree: Tree; quotas: OutputQuotas };
type Size = { files: number; bytes: number; largestBytes: number };
type Add = { bytes: number; files?: number; largestBytes?: number; isAdded?: boolean };

/**
 * Runs a change of files within the quota of `output/`: what it writes is reserved before the first byte, and what it
 * removes counts no more.
 *
 * @throws AppError `too_large` with `details.errno` EFBIG, `disk_full` with EDQUOT
 */
export async function withinQuota<K extends FileOp, T>(
  change: Change,
  op: K,
  input: FileOpInput<K>,
  run: () => Promise<T>,
): Promise<T> {
  const { roomId, tree, quotas } = change;
  if (!(await quotas.counts(roomId))) return run();
  const {
    path = "",
    from = "",
    to = path,
  } = input as { path?: string; from?: string; to?: string };
  const add = await additionOf(op, input, tree);
  const held = add && (await reserveAt(change, to, add));
  try {
    return await run();
  } finally {
    await held?.settle();
    if (!held || op === "move") await quotas.changed(roomId, await pathsOf(tree, [from, to]));
  }
}

/** A file that comes as a stream: of a known size, or one that is reserved as it grows. */
export async function reserveAt(
  { roomId, tree, quotas }: Change,
  path: string,
  { bytes, ...more }: Add,
): Promise<Reservation> {
  return quotas.reserve(roomId, await realPath(tree, path), bytes, more);
}

const bytesOf = ({ content, encoding }: { content: string; encoding: BufferEncoding }) =>
  Buffer.byteLength(content, encoding);

/** What an operation adds at most; `null`: nothing. */
async function additionOf<K extends FileOp>(
  op: K,
  input: FileOpInput<K>,
  tree: Tree,
): Promise<Add | null> {
  const asked = input as unknown;
  if (op === "mkdir") return { bytes: 0 };
  if (op === "write") return { bytes: bytesOf(asked as FileOpInput<"write">) };
  if (op === "append") return { bytes: bytesOf(asked as FileOpInput<"append">), isAdded: true };
  if (op === "edit") return editAddition(asked as FileOpInput<"edit">, tree);
  if (op !== "copy" && op !== "move") return null;
  const { from, to } = asked as FileOpInput<"copy">;
  const isWithin =
    op === "move" && isOutput(await realPath(tree, from)) && isOutput(await realPath(tree, to));
  return isWithin ? null : measureSource(tree, from);
}

async function editAddition(
  { path, oldText, newText, replaceAll }: FileOpInput<"edit">,
  tree: Tree,
): Promise<Add> {
  const growth = Math.max(0, Buffer.byteLength(newText) - Buffer.byteLength(oldText));
  const { bytes } = replaceAll ? await measureSource(tree, path) : { bytes: 0 };
  const times = replaceAll ? Math.max(1, Math.floor(bytes / Buffer.byteLength(oldText))) : 1;
  return { bytes: growth * times, isAdded: true };
}

async function measureSource(tree: Tree, path: string): Promise<Size> {
  const nothing = { files: 0, bytes: 0, largestBytes: 0 };
  return locate(tree.root, path, { followsLast: true }, ({ dirFd, name }) => {
    const stat = name === null ? null : statAt(dirFd, name);
    if (!stat || name === null) return nothing;
    if (!stat.isDirectory())
      return { files: 0, bytes: Number(stat.size), largestBytes: Number(stat.size) };
    const fd = openDirAt(dirFd, name);
    try {
      let largestBytes = 0;
      const usage = countTree(fd, ({ stats }) => {
        largestBytes = Math.max(largestBytes, stats.size);
      });
      return { ...usage, largestBytes };
    } finally {
      closeSync(fd);
    }
  }).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return nothing; // the operation itself says so
    throw error;
  });
}

const isOutput = (path: string) => path.startsWith("output/");

const pathsOf = (tree: Tree, paths: readonly string[]) =>
  Promise.all(paths.filter((path) => path !== "").map((path) => realPath(tree, path)));

/** A path with the links on its way resolved, as far as it is there: a link may lead into `output/`. */
async function realPath(tree: Tree, path: string): Promise<string> {
  const names = path.split("/").filter(Boolean);
  for (let known = names.length; known > 0; known -= 1) {
    const found = await locate(
      tree.root,
      names.slice(0, known).join("/"),
      { followsLast: true },
      ({ dirFd, name }) => join(readlinkSync(`/proc/self/fd/${dirFd}`), name ?? ""),
    ).catch(() => null);
    if (found !== null) return join(relative(tree.root, found), ...names.slice(known));
  }
  return path;
}
