import { request, type IncomingMessage } from "node:http";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { EngineConnections } from "./engine-connections";

const MAX_ANSWER_BYTES = 2_097_152;

export const engineGone = (cause?: unknown) =>
  new AppError("unavailable", "The room's engine does not answer.", { cause });

type Call = {
  method: "GET" | "POST" | "PUT";
  path: string;
  /** Bytes go as they are, anything else as JSON. */
  body?: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
};

/** One request over a connection of the room that is free, or a new one. Resolves with the head; the body is the caller's to read or destroy. */
export async function sendToEngine(
  connections: EngineConnections,
  roomId: string,
  { method, path, body, timeoutMs, signal }: Call,
): Promise<IncomingMessage> {
  const limit = AbortSignal.timeout(timeoutMs);
  const sent =
    body instanceof Uint8Array ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        method,
        path,
        agent: connections,
        host: roomId,
        headers: { host: "engine", "content-length": sent.byteLength },
      },
      (response) => {
        limit.removeEventListener("abort", expire);
        resolve(response);
      },
    );
    const expire = () => outgoing.destroy(new Error("time-out"));
    limit.addEventListener("abort", expire);
    const abort = () => outgoing.destroy(new Error("aborted"));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    outgoing.once("close", () => {
      limit.removeEventListener("abort", expire);
      signal?.removeEventListener("abort", abort);
    });
    outgoing.on("error", (error) => reject(error instanceof AppError ? error : engineGone(error)));
    outgoing.end(sent);
  });
}

/** The body of a short answer, parsed. A room may answer anything: size and shape are checked. */
export async function readAnswer<S extends z.ZodType>(
  response: IncomingMessage,
  schema: S,
): Promise<z.infer<S>> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error("The answer is too large.");
      chunks.push(chunk);
    }
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString()));
  } catch (cause) {
    response.destroy();
    throw engineGone(cause);
  }
}
