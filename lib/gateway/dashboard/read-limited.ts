import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/errors";
import { inUnits } from "./in-units";

/** The body of a request that streams past the usual limit. @throws AppError `too_large` with the limit in words */
export async function readLimited(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const refuse = () =>
    new AppError("too_large", `This request may have at most ${inUnits(maxBytes)}.`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw refuse();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw refuse();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
