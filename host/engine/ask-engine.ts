import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Provisioner } from "@/lib/ports/provisioner";
import { ListeningPort, WallProbe } from "@/lib/protocol/engine";

const MAX_BYTES = 1_048_576;
const Ports = z.object({ ports: z.array(ListeningPort).max(1_000) });
const Probes = z.object({ probes: z.array(WallProbe).max(1_000) });

type Connect = Provisioner["connect"];

export const listPorts = (connect: Connect, roomId: string) =>
  askEngine(connect, roomId, { method: "GET", path: "/ports", timeoutMs: 5_000 }, Ports);

export const probeWalls = (connect: Connect, roomId: string) =>
  askEngine(connect, roomId, { method: "POST", path: "/probe", timeoutMs: 60_000 }, Probes);

type Ask = { method: string; path: string; timeoutMs: number };

/** One call of a room's engine. What it answers is as untrusted as the room. */
async function askEngine<T>(
  connect: Connect,
  roomId: string,
  { method, path, timeoutMs }: Ask,
  schema: z.ZodType<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const socket = await connect(roomId, "engine");
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const req = request({ method, path, signal, createConnection: () => socket }, resolve);
      req.on("error", reject);
      req.end();
    });
    return schema.parse(JSON.parse(await textOf(answer)));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", "The workroom's engine does not answer.", { cause });
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let size = 0;
  answer.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BYTES) answer.destroy(new Error("The answer is too large"));
  });
  const body = await text(answer);
  if (answer.statusCode === 200) return body;
  throw new Error(`The engine answered ${answer.statusCode ?? "nothing"}`);
}
