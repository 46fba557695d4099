import { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { AppError } from "@/lib/errors";
import type { TerminalStream } from "@/lib/ports/engine-client";
import type { RoomHost } from "@/lib/ports/room-host";
import { EngineFrame, MAX_FRAME_BYTES, TerminalControl } from "@/lib/protocol/engine";
import { engineGone } from "./engine-http";

const OPEN_TIMEOUT_MS = 10_000;
/** Frames that may wait here before the socket is paused; the rest waits in the room. */
const MAX_WAITING_FRAMES = 500;

export async function openSocket(
  host: Pick<RoomHost, "connect">,
  roomId: string,
  path: string,
  signal?: AbortSignal,
): Promise<WebSocket> {
  const connection = await host.connect(roomId, "engine", {
    timeoutMs: OPEN_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
  const socket = new WebSocket(`ws://engine${path}`, {
    createConnection: () => connection,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_TIMEOUT_MS,
  });
  return socket;
}

const ignore = () => {};
type Received = { frame: EngineFrame; ack: () => void };

/** Frames as they come. Ends when `signal` aborts; throws `unavailable` when the room goes away. */
export async function* readFrames(
  socket: WebSocket,
  signal: AbortSignal,
): AsyncGenerator<Received> {
  const waiting: Received[] = [];
  let failure: AppError | null = null;
  let wake: () => void = ignore;
  const fail = (cause?: unknown) => {
    failure ??= engineGone(cause);
    wake();
  };
  const abort = () => {
    socket.terminate();
    wake();
  };
  signal.addEventListener("abort", abort);
  socket.on("error", fail);
  socket.on("close", () => fail());
  socket.on("message", (raw: Buffer) => {
    const frame = parseFrame(raw);
    if (!frame) {
      fail(new Error("A frame can't be read."));
      socket.terminate();
      return;
    }
    const ack = () => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(JSON.stringify({ ack: frame.n, epoch: frame.epoch }));
      }
    };
    waiting.push({ frame, ack });
    if (waiting.length > MAX_WAITING_FRAMES) socket.pause();
    wake();
  });
  try {
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next) {
        yield next;
        continue;
      }
      if (failure) throw failure;
      if (socket.isPaused) socket.resume();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener("abort", abort);
    socket.terminate();
  }
}

function parseFrame(raw: Buffer): EngineFrame | null {
  try {
    const parsed = EngineFrame.safeParse(JSON.parse(raw.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A terminal's socket as a byte stream with its two controls. */
export async function streamTerminal(socket: WebSocket): Promise<TerminalStream> {
  const exitListeners = new Set<(exitCode: number | null) => void>();
  const bytes = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => socket.send(chunk, { binary: true }, done),
    final: (done) => {
      socket.close();
      done();
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  socket.on("message", (raw: Buffer, isBinary: boolean) => {
    if (isBinary) {
      if (!bytes.push(raw)) socket.pause();
      return;
    }
    const exitCode = parseExit(raw);
    if (exitCode !== undefined) for (const listener of exitListeners) listener(exitCode);
  });
  socket.on("close", () => bytes.push(null));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (cause) => reject(engineGone(cause)));
  });
  socket.on("error", (error) => bytes.destroy(error));
  return {
    bytes,
    resize: (cols, rows) => socket.send(JSON.stringify({ type: "resize", cols, rows })),
    onExit: (listener) => void exitListeners.add(listener),
    close: () => socket.close(),
  };
}

function parseExit(raw: Buffer): number | null | undefined {
  try {
    const parsed = TerminalControl.safeParse(JSON.parse(raw.toString()));
    return parsed.success && parsed.data.type === "exit" ? parsed.data.exitCode : undefined;
  } catch {
    return undefined;
  }
}
