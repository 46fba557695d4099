import type { IncomingMessage } from "node:http";
import { type Duplex, finished } from "node:stream";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { Provisioner } from "@/lib/ports/provisioner";
import { WorkroomId } from "@/lib/protocol/ids";
import { asAnswer } from "./answer";
import { splice } from "./splice";

const CONNECT_MS = 10_000;
const Target = z.union([
  z.tuple([z.literal("engine")]).transform(() => "engine" as const),
  z
    .tuple([z.literal("port"), z.coerce.number().int().min(1).max(65_535)])
    .transform(([, port]) => port),
]);

/** `GET /connect/:roomId/engine | /connect/:roomId/port/:port` with `Upgrade: tcp`: raw bytes after the 101. */
export function createConnectRoute(connect: Provisioner["connect"], log: Log) {
  return async (req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on("error", () => socket.destroy());
    try {
      const { roomId, target } = parseTarget(req);
      const stream = await withinTime(connect(roomId, target));
      if (socket.destroyed) {
        stream.destroy();
        return;
      }
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
      );
      if (head.length > 0) socket.unshift(head);
      splice(socket, stream);
    } catch (error) {
      const { status, body } = asAnswer(error, log, "connect");
      const lines = [
        `HTTP/1.1 ${status} Failed`,
        "Connection: close",
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
    }
  };
}

function parseTarget(req: IncomingMessage): { roomId: string; target: "engine" | number } {
  const [, root, room, ...rest] = (req.url ?? "").split("/");
  const roomId = WorkroomId.safeParse(room);
  const target = Target.safeParse(rest);
  if (root !== "connect" || req.headers.upgrade !== "tcp" || !roomId.success || !target.success)
    throw new AppError("invalid_input", "There is nothing to connect to.");
  return { roomId: roomId.data, target: target.data };
}

async function withinTime(connecting: Promise<Duplex>): Promise<Duplex> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError("unavailable", "The workroom does not answer."));
      // What connects after all has no reader any more.
      connecting.then((stream) => stream.destroy()).catch(() => undefined);
    }, CONNECT_MS);
  });
  try {
    const stream = await Promise.race([connecting, late]);
    finished(stream, () => undefined);
    return stream;
  } finally {
    clearTimeout(timer);
  }
}
