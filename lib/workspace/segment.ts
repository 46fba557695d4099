import { createHash } from "node:crypto";
import type { Extent } from "@/lib/protocol/store";

/** One content of a segment. */
export type SegmentBody = { sha256: string; size: number };

/**
 * A segment is one line of JSON, `{"format","version","bodies":[[sha256, size], …]}`, and then the contents one after
 * another. The line names every content, so its own SHA-256 names the whole segment before a byte of it is written.
 */
export function segmentHead(bodies: readonly SegmentBody[]): { head: Buffer; sha256: string } {
  const line = JSON.stringify({
    format: "workroom-segment",
    version: 1,
    bodies: bodies.map(({ sha256, size }) => [sha256, size]),
  });
  const head = Buffer.from(`${line}\n`, "utf8");
  return { head, sha256: createHash("sha256").update(head).digest("hex") };
}

/** Where each content lies in the segment `key`, in the order of `bodies`. */
export function segmentExtents(
  key: string,
  head: Buffer,
  bodies: readonly SegmentBody[],
): Extent[] {
  let offset = head.length;
  return bodies.map(({ size }) => {
    const extent = { key, offset, length: size };
    offset += size;
    return extent;
  });
}
