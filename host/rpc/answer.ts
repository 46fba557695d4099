import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, httpStatusByCode } from "@/lib/errors";
import type { Log } from "@/lib/log";

/** What a failure looks like on the wire. Unknown failures keep their text to the log. */
export function asAnswer(
  error: unknown,
  log: Log,
  where: string,
): { status: number; body: string } {
  if (!(error instanceof AppError)) log.error({ err: error, where }, "call failed");
  const failure =
    error instanceof AppError
      ? error
      : new AppError("internal", "Something went wrong on the host.");
  const { code, message, details } = failure;
  // Only what a file operation says of itself: other details are for the log.
  const told = typeof details["errno"] === "string" ? { details } : {};
  return {
    status: httpStatusByCode[code],
    body: JSON.stringify({ ok: false, error: { code, message, ...told } }),
  };
}

export function sendJson(res: ServerResponse, status: number, body: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  res.end(body);
}

/** Reads a whole JSON body of at most `maxBytes`. */
export async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw new AppError("too_large", "This request is too large.");
    chunks.push(chunk);
  }
  try {
    return size === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_input", "This request is not JSON.", { cause });
  }
}
