import type { Stats } from "node:fs";

/** Structures of the kernel's FUSE protocol 7.38, little endian, as `linux/fuse.h` lays them out. */
export const Op = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  read: 15,
  write: 16,
  statfs: 17,
  fsync: 20,
  init: 26,
  readdir: 28,
  fsyncdir: 30,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  fallocate: 43,
  readdirplus: 44,
  rename2: 45,
} as const;

export const HEADER_BYTES = 40;
export const REPLY_HEADER_BYTES = 16;
export const ENTRY_BYTES = 128;
export const ATTR_REPLY_BYTES = 104;
/** Largest write the kernel sends at once; its buffer holds the header of the request too. */
export const MAX_WRITE_BYTES = 1 << 20;
export const BUFFER_BYTES = MAX_WRITE_BYTES + 4_096;

/** How long the kernel trusts a name or attributes. What the file server of the host changes is told at once. */
const VALID_SECONDS = 1;
const TWO_32 = 4_294_967_296;

export const readU64 = (bytes: Buffer, at: number) =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * TWO_32;

export function writeU64(bytes: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_32);
  bytes.writeUInt32LE((value - high * TWO_32) >>> 0, at);
  bytes.writeUInt32LE(high >>> 0, at + 4);
}

/** A name up to its NUL, byte by byte as latin1: names need not be UTF-8. */
export function readName(bytes: Buffer, at: number, end: number): { name: string; next: number } {
  const found = bytes.indexOf(0, at);
  const stop = found < 0 || found > end ? end : found;
  return { name: bytes.toString("latin1", at, stop), next: stop + 1 };
}

/** Times are kept to the microsecond: that is what a double holds of them on the way through Node. */
const toMicros = (ms: number) => Math.round(ms * 1_000);

export function writeAttr(out: Buffer, at: number, stats: Stats, ino: number): void {
  writeU64(out, ino, at);
  writeU64(out, stats.size, at + 8);
  writeU64(out, stats.blocks, at + 16);
  writeTime(out, stats.atimeMs, at + 24, at + 48);
  writeTime(out, stats.mtimeMs, at + 32, at + 52);
  writeTime(out, stats.ctimeMs, at + 40, at + 56);
  out.writeUInt32LE(stats.mode, at + 60);
  out.writeUInt32LE(stats.nlink, at + 64);
  out.writeUInt32LE(stats.uid, at + 68);
  out.writeUInt32LE(stats.gid, at + 72);
  out.writeUInt32LE(stats.rdev, at + 76);
  out.writeUInt32LE(4_096, at + 80);
  out.writeUInt32LE(0, at + 84);
}

function writeTime(out: Buffer, ms: number, secondsAt: number, nanosAt: number): void {
  const micros = toMicros(ms);
  const seconds = Math.floor(micros / 1_000_000);
  writeU64(out, seconds, secondsAt);
  out.writeUInt32LE((micros - seconds * 1_000_000) * 1_000, nanosAt);
}

/** A time of the wire in seconds, as Node takes it. */
export const readTime = (bytes: Buffer, secondsAt: number, nanosAt: number) =>
  readU64(bytes, secondsAt) + Math.round(bytes.readUInt32LE(nanosAt) / 1_000) / 1_000_000;

export function writeEntry(out: Buffer, at: number, nodeId: number, stats: Stats): number {
  writeU64(out, nodeId, at);
  // A file number that is used again after its file was removed is told apart by the file's birth.
  writeU64(out, toMicros(stats.birthtimeMs), at + 8);
  writeU64(out, VALID_SECONDS, at + 16);
  writeU64(out, VALID_SECONDS, at + 24);
  writeU64(out, 0, at + 32);
  writeAttr(out, at + 40, stats, stats.ino);
  return ENTRY_BYTES;
}

export function writeAttrReply(out: Buffer, stats: Stats): number {
  writeU64(out, VALID_SECONDS, REPLY_HEADER_BYTES);
  writeU64(out, 0, REPLY_HEADER_BYTES + 8);
  writeAttr(out, REPLY_HEADER_BYTES + 16, stats, stats.ino);
  return ATTR_REPLY_BYTES;
}

// Flags of INIT, as bits of the two words that carry them.
const first = {
  asyncRead: 1 << 0,
  bigWrites: 1 << 5,
  autoInvalidate: 1 << 12,
  readdirplus: 1 << 13,
  readdirplusAuto: 1 << 14,
  asyncDirect: 1 << 15,
  withoutOpen: 1 << 17,
  parallelDirs: 1 << 18,
  maxPages: 1 << 22,
  cacheLinks: 1 << 23,
  withoutOpendir: 1 << 24,
  extended: 1 << 30,
};
const second = { resend: 1 << 7 };
const FIRST_FLAGS = Object.values(first).reduce((all, flag) => all | flag, 0);

/**
 * Answers INIT. No writeback cache: a write that breaks the quota fails in `write`, not at some later flush. No POSIX
 * locks of our own either: the kernel keeps them, and the room is the only one who sees the mount.
 */
export function writeInitReply(out: Buffer, request: Buffer): number {
  const at = REPLY_HEADER_BYTES;
  const body = HEADER_BYTES;
  out.fill(0, at, at + 64);
  out.writeUInt32LE(7, at);
  out.writeUInt32LE(Math.min(request.readUInt32LE(body + 4), 38), at + 4);
  out.writeUInt32LE(request.readUInt32LE(body + 8), at + 8); // read-ahead as the kernel likes it
  out.writeUInt32LE((request.readUInt32LE(body + 12) & FIRST_FLAGS) >>> 0, at + 12);
  out.writeUInt16LE(64, at + 16); // requests in the background
  out.writeUInt16LE(48, at + 18);
  out.writeUInt32LE(MAX_WRITE_BYTES, at + 20);
  out.writeUInt32LE(1_000, at + 24); // times in microseconds
  out.writeUInt16LE(MAX_WRITE_BYTES / 4_096, at + 28);
  out.writeUInt32LE(second.resend, at + 32);
  return 64;
}

const Notice = { invalidateInode: 2, invalidateEntry: 3, resend: 7 } as const;

function notice(code: number, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(REPLY_HEADER_BYTES + bodyBytes);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeInt32LE(code, 4);
  return bytes;
}

/** Asks the kernel (6.9 and newer) to send again what a server that died had taken and not answered. */
export const resendNotice = () => notice(Notice.resend, 0);

export function inodeNotice(nodeId: number): Buffer {
  const bytes = notice(Notice.invalidateInode, 24);
  writeU64(bytes, nodeId, REPLY_HEADER_BYTES);
  return bytes;
}

export function entryNotice(parentId: number, name: Buffer): Buffer {
  const bytes = notice(Notice.invalidateEntry, 16 + name.length + 1);
  writeU64(bytes, parentId, REPLY_HEADER_BYTES);
  bytes.writeUInt32LE(name.length, REPLY_HEADER_BYTES + 8);
  name.copy(bytes, REPLY_HEADER_BYTES + 16);
  return bytes;
}
