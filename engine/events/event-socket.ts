import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { EngineAck } from "@/lib/protocol/engine";
import type { Spool } from "./spool";

/** Bytes that may wait in the socket before reading from the spool pauses: the spool is the queue, not memory. */
const MAX_BUFFERED_BYTES = 1_048_576;

/**
 * Sends the frames after `after` and all that follow; takes acknowledgements. Frames that are made together leave in one
 * write of `connection`, so that they are also stored together.
 */
export function serveEvents(
  socket: WebSocket,
  connection: Duplex,
  spool: Spool,
  after: number,
): void {
  const reader = spool.read(after);
  let isAsked = false;
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      connection.cork();
      pump();
      connection.uncork();
    });
  };
  const pump = () => {
    while (socket.readyState === socket.OPEN && socket.bufferedAmount < MAX_BUFFERED_BYTES) {
      const line = reader.next();
      if (line === null) return;
      socket.send(line, pumpAgain);
    }
  };
  const pumpAgain = (error?: Error | null) => {
    if (!error && socket.bufferedAmount < MAX_BUFFERED_BYTES / 2) pump();
  };
  const stop = spool.onAppend(ask);
  socket.on("close", stop);
  socket.on("error", () => socket.terminate());
  socket.on("message", (raw: Buffer) => {
    const ack = parseAck(raw);
    if (ack) spool.acknowledge(ack.n, ack.epoch);
    else socket.close(1008, "not an acknowledgement");
  });
  pump();
}

/** By hand: it runs for every frame, and both values are checked. */
function parseAck(raw: Buffer): { n: number; epoch: number | undefined } | null {
  try {
    const { ack, epoch } = JSON.parse(raw.toString()) as Partial<Record<keyof EngineAck, unknown>>;
    if (!Number.isSafeInteger(ack)) return null;
    return { n: ack as number, epoch: Number.isSafeInteger(epoch) ? (epoch as number) : undefined };
  } catch {
    return null;
  }
}
