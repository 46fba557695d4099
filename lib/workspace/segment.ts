import { createHash } from "node:crypto";
import { z } from "zod";
import type { ObjectStore } from "@/lib/ports/object-store";
import {
  CommitCause,
  type Extent,
  type ManifestEntry,
  SegmentOp,
  type SegmentRef,
  Sha256,
} from "@/lib/protocol/store";
import { damaged } from "./damaged";
import { segmentKey } from "./object-keys";

/** One content of a segment. */
export type SegmentBody = { sha256: string; size: number };

const Head = z.object({
  format: z.literal("workroom-segment"),
  version: z.literal(2),
  epoch: z.number().int().nonnegative(),
  seq: z.number().int().positive(),
  at: z.number(), // when it was sealed, milliseconds since the epoch
  cause: CommitCause,
  ops: z.array(SegmentOp),
  bodies: z.array(z.tuple([Sha256, z.number().int().nonnegative()])),
});
type Head = z.infer<typeof Head>;

export type SegmentDraft = {
  root: string;
  epoch: number;
  seq: number;
  at: number;
  cause: CommitCause;
  ops: readonly SegmentOp[];
  bodies: readonly SegmentBody[];
};

/**
 * A segment is one line of JSON and then the contents one after another. The line says what changed (`ops`) and names
 * every content, so its own SHA-256 names the whole segment before a byte of it is written. An extent with an empty key
 * lies in the segment itself, and its offset counts from the end of the line. (Version 1, which had no ops, is only read
 * by extents that name it.)
 */
export function encodeSegment(draft: SegmentDraft): { head: Buffer; ref: SegmentRef } {
  const { root, epoch, seq, at, cause, ops, bodies } = draft;
  const line: Head = {
    format: "workroom-segment",
    version: 2,
    epoch,
    seq,
    at,
    cause,
    ops: [...ops],
    bodies: bodies.map(({ sha256, size }) => [sha256, size]),
  };
  const head = Buffer.from(`${JSON.stringify(line)}\n`, "utf8");
  const sha256 = createHash("sha256").update(head).digest("hex");
  const bytes = bodies.reduce((sum, body) => sum + body.size, head.length);
  const key = segmentKey(root, epoch, seq, sha256);
  return { head, ref: { seq, epoch, key, sha256, bytes, opCount: ops.length, cause } };
}

/** An extent of the segment itself, as it is known once the segment has a key and a head. */
export const placeExtent = (extent: Extent, key: string, headBytes: number): Extent =>
  extent.key === "" ? { ...extent, key, offset: extent.offset + headBytes } : extent;

/** What a segment that was read says, with the place of each content. */
export type SegmentContent = {
  epoch: number;
  seq: number;
  at: number;
  cause: CommitCause;
  ops: SegmentOp[];
};

const FIRST_READ_BYTES = 65_536;
const MAX_HEAD_BYTES = 67_108_864;
const NEW_LINE = 0x0a;

/**
 * Reads the head of a segment and checks it against its reference; the contents are not read.
 *
 * @throws AppError `internal` when it was changed or cut, `not_found` when it is gone
 */
export async function readSegment(
  store: ObjectStore,
  ref: SegmentRef,
  options: { signal?: AbortSignal } = {},
): Promise<SegmentContent> {
  const head = await readHead(store, ref, options);
  if (createHash("sha256").update(head).digest("hex") !== ref.sha256)
    throw damaged("the head of a segment has another SHA-256");
  const content = decodeHead(head, ref.key, ref.bytes);
  if (content.seq !== ref.seq || content.epoch !== ref.epoch)
    throw damaged("a segment has another number");
  return content;
}

async function readHead(
  store: ObjectStore,
  { key, bytes }: SegmentRef,
  options: { signal?: AbortSignal },
): Promise<Buffer> {
  for (let wanted = FIRST_READ_BYTES; ; wanted *= 8) {
    const end = Math.min(bytes, wanted) - 1;
    const part = await store
      .getBytes(key, { ...options, range: { start: 0, end } })
      .catch((error: unknown) => {
        throw isOutside(error) ? damaged("a segment was cut") : error;
      });
    const line = part.indexOf(NEW_LINE);
    if (line >= 0) return part.subarray(0, line + 1);
    if (wanted >= bytes || wanted >= MAX_HEAD_BYTES) throw damaged("a segment has no head");
  }
}

const isOutside = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "invalid_input";

/** The head of a segment of `bytes` bytes in all, with every extent in its final place. */
export function decodeHead(head: Buffer, key: string, bytes: number): SegmentContent {
  const parsed = Head.safeParse(parseJson(head.toString("utf8")));
  if (!parsed.success) throw damaged("the head of a segment can't be read");
  const { epoch, seq, at, cause, ops, bodies } = parsed.data;
  const bodyBytes = bodies.reduce((sum, [, size]) => sum + size, 0);
  if (head.length + bodyBytes !== bytes) throw damaged("a segment has another length");
  const place = (entry: ManifestEntry): ManifestEntry => {
    if (entry.type !== "file") return entry;
    const size = entry.extents.reduce((sum, { length }) => sum + length, 0);
    const isInside = entry.extents.every(
      (one) => one.key !== "" || one.offset + one.length <= bodyBytes,
    );
    if (size !== entry.size || !isInside) throw damaged("an entry's extents don't add up");
    const extents = entry.extents.map((one) => placeExtent(one, key, head.length));
    return { ...entry, extents };
  };
  return {
    epoch,
    seq,
    at,
    cause,
    ops: ops.map((op) => (op.op === "put" ? { ...op, entry: place(op.entry) } : op)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
