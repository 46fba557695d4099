import type { Stats } from "node:fs";
import { PART_PREFIX } from "@/lib/workspace/normal-path";
import type { QuotaFault, UsageBook } from "../usage-book";
import { Refusal } from "./errno";
import { HEADER_BYTES, REPLY_HEADER_BYTES, readU64, writeEntry } from "./fuse-wire";
import type { TreeNode, TreeNodes } from "./tree-nodes";

/** A request as it lies in the buffer it was read into; its body starts at `HEADER_BYTES`. */
export type FuseRequest = {
  op: number;
  nodeId: number;
  uid: number;
  gid: number;
  /** Sent a second time, after a server that had taken it died: it may have been carried out already. */
  isResent: boolean;
  bytes: Buffer;
  end: number;
};

/** What the requests of one mount work on. Replies are written into `out`, behind the header. */
export type OutputFs = {
  nodes: TreeNodes;
  book: UsageBook;
  out: Buffer;
  /** Files that are removed and still counted, since a program may have them open. */
  goneFiles: number;
};

export function parseRequest(bytes: Buffer): FuseRequest {
  return {
    end: bytes.readUInt32LE(0),
    op: bytes.readUInt32LE(4),
    isResent: (bytes.readUInt32LE(12) & 0x8000_0000) !== 0,
    nodeId: readU64(bytes, 16),
    uid: bytes.readUInt32LE(24),
    gid: bytes.readUInt32LE(28),
    bytes,
  };
}

export const BODY = HEADER_BYTES;

/** The file server's drafts are not the room's: it neither sees them nor can make their like, uncounted. */
export const isHidden = (name: string) => name.startsWith(PART_PREFIX);

export function refuseHidden(name: string): void {
  if (isHidden(name)) throw new Refusal("EPERM");
}

export function refuseFault(fault: QuotaFault | null): void {
  if (fault !== null) throw new Refusal(fault);
}

/** Gives the kernel one more reference to what lies at a place. @returns bytes of the reply */
export function replyEntry(fs: OutputFs, stats: Stats, parent: TreeNode, name: string): number {
  return giveEntry(fs, REPLY_HEADER_BYTES, stats, parent, name);
}

export function giveEntry(
  fs: OutputFs,
  at: number,
  stats: Stats,
  parent: TreeNode,
  name: string,
): number {
  const node = fs.nodes.see(stats, parent, name);
  countSize(fs, node, stats);
  node.lookups += 1;
  return writeEntry(fs.out, at, node.id, stats);
}

/** A file that was changed below us, by the host's file server, is counted as it is. */
export function countSize(fs: OutputFs, node: TreeNode, stats: Stats): void {
  if (node.kind !== "file" || node.size === stats.size) return;
  fs.book.bytes += stats.size - node.size;
  node.size = stats.size;
}

/** The kernel knows no number of it any more: what it held is free. */
export function forget(fs: OutputFs, id: number, count: number): void {
  const node = fs.nodes.forget(id, count);
  if (!node?.isGone || node.kind !== "file") return;
  fs.book.bytes -= node.size;
  fs.goneFiles -= 1;
}
