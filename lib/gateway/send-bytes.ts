import type { IncomingMessage, ServerResponse } from "node:http";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readRange } from "./byte-range";

export type SentFile = {
  size: number;
  etag: string | null;
  headers: Record<string, string>;
  /** Opens the bytes only when they are wanted: not for HEAD, 304 and 416. */
  open(part: { start: number; length: number }): Promise<Readable>;
};

/** Answers GET and HEAD of a file: length, ranges, conditional requests. */
export async function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  file: SentFile,
): Promise<void> {
  const { status, headers, part } = planAnswer(request, file);
  if (part === null || request.method === "HEAD") {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  const body = await file.open(part);
  response.writeHead(status, headers);
  await pipeline(body, exactly(part.length), response);
}

type Answer = {
  status: number;
  headers: Record<string, string>;
  part: { start: number; length: number } | null;
};

function planAnswer(request: IncomingMessage, file: SentFile): Answer {
  const headers: Record<string, string> = { "accept-ranges": "bytes", ...file.headers };
  if (file.etag !== null) {
    headers["etag"] = file.etag;
    if (matchesEtag(request.headers["if-none-match"], file.etag))
      return { status: 304, headers, part: null };
  }
  const condition = request.headers["if-range"];
  const isStale = condition !== undefined && condition !== file.etag;
  const range = readRange(isStale ? undefined : request.headers.range, file.size);
  if (range.kind === "whole") {
    headers["content-length"] = String(file.size);
    const part = file.size === 0 ? null : { start: 0, length: file.size };
    return { status: 200, headers, part };
  }
  if (range.kind === "unsatisfiable") {
    headers["content-range"] = `bytes */${file.size}`;
    headers["content-length"] = "0";
    return { status: 416, headers, part: null };
  }
  const length = range.end - range.start + 1;
  headers["content-range"] = `bytes ${range.start}-${range.end}/${file.size}`;
  headers["content-length"] = String(length);
  return { status: 206, headers, part: { start: range.start, length } };
}

const matchesEtag = (header: string | undefined, etag: string) =>
  header !== undefined &&
  header.split(",").some((part) => part.trim() === "*" || part.trim().replace(/^W\//, "") === etag);

/** Fails when a file was cut while it was read: a body shorter than its length would leave the reader waiting. */
function exactly(length: number): Transform {
  let left = length;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new Error("The file grew while it was read."));
      else done(null, chunk);
    },
    flush(done) {
      done(left === 0 ? null : new Error("The file was cut while it was read."));
    },
  });
}
