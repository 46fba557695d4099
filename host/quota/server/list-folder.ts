import { lstatSync, opendirSync } from "node:fs";
import { ENTRY_BYTES, Op, REPLY_HEADER_BYTES, readU64, writeU64 } from "./fuse-wire";
import { BODY, type FuseRequest, type OutputFs, giveEntry, isHidden } from "./output-fs";
import { type TreeNode, pathAt } from "./tree-nodes";

const UNKNOWN_INO = 0xffff_ffff;
const Kind = { folder: 4, file: 8, link: 10, other: 0 } as const;
const DOTS = 2;
const TWO_20 = 1_048_576;

type Listed = { name: string; cookie: number; kind: number };

/** Listings that programs are in the middle of; the next one starts anew. */
const listings = new WeakMap<TreeNode, Listed[]>();

/**
 * READDIR and READDIRPLUS. A place in a listing is a hash of the name, so a program goes on where it was while names
 * come and go, and even when another server answers it.
 */
export function listFolder(fs: OutputFs, request: FuseRequest): number {
  const { bytes, nodeId } = request;
  const isPlus = request.op === Op.readdirplus;
  const folder = fs.nodes.get(nodeId);
  const after = readU64(bytes, BODY + 8);
  const limit = REPLY_HEADER_BYTES + bytes.readUInt32LE(BODY + 16);
  let at = REPLY_HEADER_BYTES;
  const entries = entriesOf(fs, folder, after);
  for (let i = firstAfter(entries, after); i < entries.length; i += 1) {
    const entry = entries[i];
    if (!entry) break;
    const bytesOfEntry = (isPlus ? ENTRY_BYTES : 0) + align(24 + entry.name.length);
    if (at + bytesOfEntry > limit) return at - REPLY_HEADER_BYTES;
    const isThere = !isPlus || givePlus(fs, at, folder, entry);
    if (!isThere) continue;
    writeDirent(fs.out, at + (isPlus ? ENTRY_BYTES : 0), entry);
    at += bytesOfEntry;
  }
  if (at === REPLY_HEADER_BYTES) listings.delete(folder);
  return at - REPLY_HEADER_BYTES;
}

function entriesOf(fs: OutputFs, folder: TreeNode, after: number): Listed[] {
  const known = after === 0 ? undefined : listings.get(folder);
  if (known) return known;
  const entries = readEntries(fs.nodes.fdOf(folder));
  listings.set(folder, entries);
  return entries;
}

function readEntries(fd: number): Listed[] {
  // The types lack an encoding of buffers here; Node has it.
  const dir = opendirSync(`/proc/self/fd/${fd}`, {
    encoding: "buffer" as BufferEncoding,
    bufferSize: 512,
  });
  const entries: Listed[] = [
    { name: ".", cookie: 1, kind: Kind.folder },
    { name: "..", cookie: DOTS, kind: Kind.folder },
  ];
  try {
    for (let entry = dir.readSync(); entry; entry = dir.readSync()) {
      const name = (entry.name as unknown as Buffer).toString("latin1");
      if (isHidden(name)) continue;
      const kind = entry.isDirectory()
        ? Kind.folder
        : entry.isFile()
          ? Kind.file
          : entry.isSymbolicLink()
            ? Kind.link
            : Kind.other;
      entries.push({ name, cookie: hashOf(name), kind });
    }
  } finally {
    dir.closeSync();
  }
  return entries.sort((a, b) => a.cookie - b.cookie);
}

function givePlus(fs: OutputFs, at: number, folder: TreeNode, { name, cookie }: Listed): boolean {
  if (cookie <= DOTS) {
    fs.out.fill(0, at, at + ENTRY_BYTES); // no number: the kernel knows these two itself
    return true;
  }
  const path = pathAt(fs.nodes.fdOf(folder), name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats) giveEntry(fs, at, stats, folder, name);
  return stats !== undefined;
}

function writeDirent(out: Buffer, at: number, { name, cookie, kind }: Listed): void {
  const length = align(24 + name.length);
  out.fill(0, at + 24 + name.length, at + length);
  writeU64(out, UNKNOWN_INO, at);
  writeU64(out, cookie, at + 8);
  out.writeUInt32LE(name.length, at + 16);
  out.writeUInt32LE(kind, at + 20);
  out.write(name, at + 24, "latin1");
}

const align = (bytes: number) => (bytes + 7) & ~7;

function firstAfter(entries: Listed[], after: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.cookie ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** 52 bits of two FNV hashes: two names of one folder never share a place, for all that matters. */
function hashOf(name: string): number {
  let a = 0x811c_9dc5;
  let b = 0x1234_5678;
  for (let i = 0; i < name.length; i += 1) {
    const byte = name.charCodeAt(i);
    a = Math.imul(a ^ byte, 0x0100_0193);
    b = Math.imul(b ^ byte, 0x85eb_ca6b) + i;
  }
  return (a >>> 0) * TWO_20 + (b >>> 12) + DOTS + 1;
}
