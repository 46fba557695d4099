import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { FileOpInput, FileOpResult, ReadCaps } from "@/lib/protocol/file-ops";
import { fileError } from "./file-error";
import { packContent } from "./pack-content";

type Opened = { body: Readable; size: number; etag: string };
type Open = (part: { offset: number; length?: number | undefined }) => Promise<Opened>;

/**
 * A file, or a part of it, as one answer.
 *
 * @throws AppError E2BIG when the answer would be larger than `caps`, with how to read it in parts
 */
export async function readContent(
  open: Open,
  { path, encoding, offset, length }: FileOpInput<"read">,
  caps: ReadCaps,
): Promise<FileOpResult<"read">> {
  const cap = caps[encoding];
  const { body, size, etag } = await open({ offset, length });
  const wanted = Math.max(0, Math.min(size - offset, length ?? size));
  if (wanted > cap) {
    body.destroy();
    throw fileError("E2BIG", {
      path,
      message: `This file has ${size.toLocaleString("en-US")} bytes; one answer holds ${cap.toLocaleString("en-US")}.`,
      hint: `Read it in parts: offset ${offset} and length ${cap}, then go on at offset ${offset + cap}.`,
    });
  }
  return { path, ...packContent(await buffer(body), { encoding, offset, size }), size, etag };
}
