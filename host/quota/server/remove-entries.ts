import { lstatSync, renameSync, rmdirSync, type Stats, unlinkSync } from "node:fs";
import { Refusal } from "./errno";
import { Op, readName, readU64 } from "./fuse-wire";
import { BODY, type FuseRequest, type OutputFs, isHidden, refuseHidden } from "./output-fs";
import { type TreeNode, pathAt } from "./tree-nodes";

const RENAME_NOREPLACE = 1;

export function unlink(fs: OutputFs, request: FuseRequest): number {
  return remove(fs, request, unlinkSync);
}

export function rmdir(fs: OutputFs, request: FuseRequest): number {
  return remove(fs, request, rmdirSync);
}

function remove(
  fs: OutputFs,
  request: FuseRequest,
  run: typeof unlinkSync | typeof rmdirSync,
): number {
  const parent = fs.nodes.get(request.nodeId);
  const { name } = readName(request.bytes, BODY, request.end);
  if (isHidden(name)) throw new Refusal("ENOENT");
  const path = pathAt(fs.nodes.fdOf(parent), name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats && request.isResent) return 0; // done, before the server died
  if (!stats) throw new Refusal("ENOENT");
  const settle = prepareLoss(fs, stats, parent, name);
  run(path);
  settle();
  return 0;
}

/** A name is about to go, and with the last one its file: call the result once it has. */
function prepareLoss(fs: OutputFs, stats: Stats, parent: TreeNode, name: string): () => void {
  const node = fs.nodes.find(stats.ino);
  const isLast = stats.nlink === 1 || stats.isDirectory();
  // A program may have the file open: only an open descriptor keeps what has no name.
  const wasOpened = node?.kind === "file" && !node.isGone && tryHold(fs, node);
  return () => {
    fs.book.files -= 1;
    if (node) fs.nodes.loseName(node, parent, name);
    if (!isLast) return;
    if (node) node.isGone = true;
    if (!stats.isFile()) return;
    if (wasOpened) fs.goneFiles += 1;
    else fs.book.bytes -= stats.size;
  };
}

function tryHold(fs: OutputFs, node: TreeNode): boolean {
  try {
    return fs.nodes.fdOf(node) >= 0;
  } catch {
    return false;
  }
}

export function rename(fs: OutputFs, request: FuseRequest): number {
  const { bytes, end } = request;
  const isSecond = request.op === Op.rename2;
  const flags = isSecond ? bytes.readUInt32LE(BODY + 8) : 0;
  const from = readName(bytes, BODY + (isSecond ? 16 : 8), end);
  const to = readName(bytes, from.next, end);
  if (isHidden(from.name)) throw new Refusal("ENOENT");
  refuseHidden(to.name);
  // Exchanging two names in one step has no call in Node.
  if ((flags & ~RENAME_NOREPLACE) !== 0) throw new Refusal("EINVAL");
  const parent = fs.nodes.get(request.nodeId);
  const target = fs.nodes.get(readU64(bytes, BODY));
  const fromPath = pathAt(fs.nodes.fdOf(parent), from.name);
  const toPath = pathAt(fs.nodes.fdOf(target), to.name);
  const moved = lstatSync(fromPath, { throwIfNoEntry: false });
  const replaced = lstatSync(toPath, { throwIfNoEntry: false });
  if (!moved && replaced && request.isResent) return 0;
  if (!moved) throw new Refusal("ENOENT");
  if (replaced && (flags & RENAME_NOREPLACE) !== 0) throw new Refusal("EEXIST");
  if (replaced?.ino === moved.ino) return 0; // two names of one file: both stay
  const settle = replaced && prepareLoss(fs, replaced, target, to.name);
  renameSync(fromPath, toPath);
  settle?.();
  const node = fs.nodes.find(moved.ino);
  if (node) {
    fs.nodes.loseName(node, parent, from.name);
    fs.nodes.see(moved, target, to.name);
  }
  return 0;
}
