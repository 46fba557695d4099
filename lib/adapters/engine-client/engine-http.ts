import { request, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { RoomHost } from "@/lib/ports/room-host";

const MAX_ANSWER_BYTES = 2_097_152;

export const engineGone = (cause?: unknown) =>
  new AppError("unavailable", "The room's engine does not answer.", { cause });

type Call = {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
};

/** One request over a connection of its own. Resolves with the head; the body is the caller's to read or destroy. */
export async function sendToEngine(
  host: Pick<RoomHost, "connect">,
  roomId: string,
  { method, path, body, timeoutMs, signal }: Call,
): Promise<IncomingMessage> {
  const limit = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([limit, signal]) : limit;
  const connection: Duplex = await host.connect(roomId, "engine", { timeoutMs, signal: either });
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        method,
        path,
        createConnection: () => connection,
        headers: { "content-length": Buffer.byteLength(text), connection: "close" },
      },
      (response) => {
        limit.removeEventListener("abort", expire);
        resolve(response);
      },
    );
    const expire = () => outgoing.destroy(new Error("time-out"));
    limit.addEventListener("abort", expire);
    signal?.addEventListener("abort", () => outgoing.destroy(new Error("aborted")));
    outgoing.on("error", (error) => reject(engineGone(error)));
    outgoing.end(text);
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
