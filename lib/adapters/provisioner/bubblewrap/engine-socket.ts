import { constants, watch } from "node:fs";
import { open } from "node:fs/promises";
import { request } from "node:http";
import { type Socket, connect } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "@/lib/errors";
import { EngineHealth } from "@/lib/protocol/engine";
import type { RoomFolder } from "./room-folder";

/** Opens the name without following it and without opening what it names (not in Node's constants). */
const O_PATH = 0o10000000;
const { O_NOFOLLOW } = constants;
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEALTH_BYTES = 10_000;
/** A socket is bound a moment before it listens: the folder changes once, the second look must come by itself. */
const RETRY_MS = 10;

const down = (cause?: unknown) =>
  new AppError("unavailable", "The workroom's engine doesn't answer.", { cause });

/**
 * Connects to the engine's control socket. The folder it lies in is writable by the engine, so the name is pinned
 * first: it must be a socket of the engine's uid, not a link to another socket of this host.
 */
export async function connectEngine(folder: RoomFolder, engineUid: number): Promise<Socket> {
  const pin = await open(folder.engineSocket, O_PATH | O_NOFOLLOW).catch((error: unknown) => {
    throw down(error);
  });
  try {
    const found = await pin.stat();
    if (!found.isSocket() || found.uid !== engineUid)
      throw new AppError("unavailable", "The workroom's control socket isn't the engine's own.");
    return await connected(connect({ path: `/proc/self/fd/${pin.fd}`, allowHalfOpen: true }));
  } finally {
    await pin.close();
  }
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(down()), CONNECT_TIMEOUT_MS);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(down(error));
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** A byte stream to 127.0.0.1:`port` in the room, through the engine: nothing of the room listens on this host. */
export async function connectPort(
  folder: RoomFolder,
  engineUid: number,
  port: number,
): Promise<Duplex> {
  const socket = await connectEngine(folder, engineUid);
  return new Promise((resolve, reject) => {
    const call = request({
      createConnection: () => socket,
      path: `/connect/${port}`,
      headers: { host: "engine", connection: "Upgrade", upgrade: "tcp" },
      timeout: CONNECT_TIMEOUT_MS,
    });
    const fail = (error?: Error) => {
      socket.destroy();
      reject(down(error));
    };
    call.once("upgrade", (_response, stream: Duplex, head: Buffer) => {
      if (head.length > 0) stream.unshift(head);
      socket.setTimeout(0);
      resolve(stream);
    });
    call.once("response", (response) => {
      response.resume();
      socket.destroy();
      reject(new AppError("unavailable", `Nothing listens on port ${port} of this workroom.`));
    });
    call.once("timeout", () => fail());
    call.once("error", fail);
    call.end();
  });
}

/** @throws AppError `unavailable` */
export async function readHealth(
  folder: RoomFolder,
  engineUid: number,
  timeoutMs: number,
): Promise<EngineHealth> {
  const socket = await connectEngine(folder, engineUid);
  const text = await new Promise<string>((resolve, reject) => {
    const call = request(
      { createConnection: () => socket, path: "/health", headers: { host: "engine" } },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk.toString("utf8");
          if (body.length > MAX_HEALTH_BYTES) socket.destroy(down());
        });
        response.on("end", () => resolve(body));
        response.on("error", reject);
      },
    );
    const timer = setTimeout(() => socket.destroy(down()), timeoutMs);
    call.once("error", (error) => reject(down(error)));
    call.once("close", () => clearTimeout(timer));
    call.end();
  });
  socket.destroy();
  try {
    return EngineHealth.parse(JSON.parse(text));
  } catch (error) {
    throw down(error);
  }
}

/** Resolves when the engine answers; rejects when `ended` does, or after `timeoutMs`. Waits on the folder, not on a clock. */
export async function untilHealthy(
  folder: RoomFolder,
  engineUid: number,
  options: { epoch: number; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  let wake: () => void = () => null;
  const watcher = watch(folder.run, () => wake());
  watcher.on("error", () => null); // the folder went away with the room: the deadline or the signal ends the wait
  const stopped = () => wake();
  options.signal.addEventListener("abort", stopped);
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const health = await readHealth(folder, engineUid, 2_000).catch(() => null);
      if (health?.epoch === options.epoch) return;
      if (performance.now() > deadline) throw down();
      const timer = setTimeout(() => wake(), RETRY_MS);
      await changed;
      clearTimeout(timer);
    }
  } finally {
    options.signal.removeEventListener("abort", stopped);
    watcher.close();
  }
}
