import {
  fchmodSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  lutimesSync,
  fchownSync,
  readlinkSync,
  readSync,
  writeSync,
} from "node:fs";
import { Refusal } from "./errno";
import {
  ATTR_REPLY_BYTES,
  REPLY_HEADER_BYTES,
  readTime,
  readU64,
  writeAttrReply,
  writeU64,
} from "./fuse-wire";
import { BODY, type FuseRequest, type OutputFs, countSize, refuseFault } from "./output-fs";
import type { TreeNode } from "./tree-nodes";

/** Which fields of SETATTR are given. */
const Valid = { mode: 1, uid: 2, gid: 4, size: 8, atime: 16, mtime: 32 };
const BLOCK_BYTES = 4_096;
const FALLOCATE_PLAIN = 0;

export function read(fs: OutputFs, { nodeId, bytes }: FuseRequest): number {
  const fd = fs.nodes.fdOf(fs.nodes.get(nodeId));
  const size = bytes.readUInt32LE(BODY + 16);
  return readSync(fd, fs.out, REPLY_HEADER_BYTES, size, readU64(bytes, BODY + 8));
}

export function write(fs: OutputFs, { nodeId, bytes }: FuseRequest): number {
  const node = fs.nodes.get(nodeId);
  const fd = fs.nodes.fdOf(node);
  const offset = readU64(bytes, BODY + 8);
  const size = bytes.readUInt32LE(BODY + 16);
  refuseFault(fs.book.faultOfGrowth(node.size, offset + size));
  const written = writeSync(fd, bytes, BODY + 40, size, offset);
  grow(fs, node, offset + written);
  fs.out.writeUInt32LE(written, REPLY_HEADER_BYTES);
  fs.out.writeUInt32LE(0, REPLY_HEADER_BYTES + 4);
  return 8;
}

function grow(fs: OutputFs, node: TreeNode, newBytes: number): void {
  if (newBytes <= node.size) return;
  fs.book.bytes += newBytes - node.size;
  node.size = newBytes;
}

/** Plain allocation makes the file longer, with a hole: the quota counts it as if it were filled. */
export function fallocate(fs: OutputFs, { nodeId, bytes }: FuseRequest): number {
  if (bytes.readUInt32LE(BODY + 24) !== FALLOCATE_PLAIN) throw new Refusal("EOPNOTSUPP");
  const node = fs.nodes.get(nodeId);
  const end = readU64(bytes, BODY + 8) + readU64(bytes, BODY + 16);
  if (end > node.size) resize(fs, node, end);
  return 0;
}

function resize(fs: OutputFs, node: TreeNode, newBytes: number): void {
  refuseFault(fs.book.faultOfGrowth(node.size, newBytes));
  ftruncateSync(fs.nodes.fdOf(node), newBytes);
  fs.book.bytes += newBytes - node.size;
  node.size = newBytes;
}

export function getattr(fs: OutputFs, { nodeId }: FuseRequest): number {
  const node = fs.nodes.get(nodeId);
  const stats = fs.nodes.statsOf(node);
  countSize(fs, node, stats);
  return writeAttrReply(fs.out, stats);
}

export function setattr(fs: OutputFs, { nodeId, bytes }: FuseRequest): number {
  const node = fs.nodes.get(nodeId);
  const valid = bytes.readUInt32LE(BODY);
  if (valid & Valid.size) resize(fs, node, readU64(bytes, BODY + 16));
  if (valid & (Valid.uid | Valid.gid)) changeOwner(fs, node, bytes, valid);
  if (valid & Valid.mode) changeMode(fs, node, bytes.readUInt32LE(BODY + 68) & 0o7777);
  if (valid & (Valid.atime | Valid.mtime)) changeTimes(fs, node, bytes, valid);
  const stats = fs.nodes.statsOf(node);
  writeAttrReply(fs.out, stats);
  return ATTR_REPLY_BYTES;
}

function changeMode(fs: OutputFs, node: TreeNode, mode: number): void {
  if (node.kind === "other") throw new Refusal("EOPNOTSUPP");
  fchmodSync(fs.nodes.fdOf(node), mode);
  if (node.kind === "folder") node.isSetgid = (mode & 0o2000) !== 0;
}

const UNCHANGED = 0xffff_ffff;

function changeOwner(fs: OutputFs, node: TreeNode, bytes: Buffer, valid: number): void {
  const uid = valid & Valid.uid ? bytes.readUInt32LE(BODY + 76) : UNCHANGED;
  const gid = valid & Valid.gid ? bytes.readUInt32LE(BODY + 80) : UNCHANGED;
  if (node.kind === "other") lchownSync(fs.nodes.pathOf(node), uid, gid);
  else fchownSync(fs.nodes.fdOf(node), uid, gid);
}

/** The kernel fills in the time also where a program says "now". */
function changeTimes(fs: OutputFs, node: TreeNode, bytes: Buffer, valid: number): void {
  const stats = fs.nodes.statsOf(node);
  const atime = valid & Valid.atime ? readTime(bytes, BODY + 32, BODY + 56) : stats.atimeMs / 1_000;
  const mtime = valid & Valid.mtime ? readTime(bytes, BODY + 40, BODY + 60) : stats.mtimeMs / 1_000;
  if (node.kind === "other") lutimesSync(fs.nodes.pathOf(node), atime, mtime);
  else futimesSync(fs.nodes.fdOf(node), atime, mtime);
}

export function readlink(fs: OutputFs, { nodeId }: FuseRequest): number {
  const path = fs.nodes.pathOf(fs.nodes.get(nodeId));
  return readlinkSync(path, "buffer").copy(fs.out, REPLY_HEADER_BYTES);
}

/** The quota as the size of the disk: `df` shows what is left. Without one, a very large disk. */
export function statfs(fs: OutputFs): number {
  const { limits } = fs.book;
  const used = fs.book.withHeld();
  const totalBytes = limits?.maxTotalBytes ?? Number.MAX_SAFE_INTEGER;
  const totalFiles = limits?.maxFiles ?? 4_294_967_295;
  const { out } = fs;
  const at = REPLY_HEADER_BYTES;
  const freeBlocks = Math.max(0, Math.floor((totalBytes - used.bytes) / BLOCK_BYTES));
  out.fill(0, at, at + 80);
  writeU64(out, Math.ceil(totalBytes / BLOCK_BYTES), at);
  writeU64(out, freeBlocks, at + 8);
  writeU64(out, freeBlocks, at + 16);
  writeU64(out, totalFiles, at + 24);
  writeU64(out, Math.max(0, totalFiles - used.files), at + 32);
  out.writeUInt32LE(BLOCK_BYTES, at + 40);
  out.writeUInt32LE(255, at + 44);
  out.writeUInt32LE(BLOCK_BYTES, at + 48);
  return 80;
}
