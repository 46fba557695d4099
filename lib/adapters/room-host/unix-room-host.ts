import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from "node:http";
import { connect as connectSocket } from "node:net";
import { type Duplex, type Readable, Writable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AppError, isErrorCode } from "@/lib/errors";
import type { RoomHost } from "@/lib/ports/room-host";
import { type HostMethod, hostMethods, type HostResult } from "@/lib/protocol/host";
import { readHostEvents } from "./read-host-events";

const DEFAULT_MS = 30_000;
const Failure = z.object({
  ok: z.literal(false),
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).default({}),
  }),
});
const Success = z.object({ ok: z.literal(true), result: z.unknown() });

type Call = RequestOptions & { timeoutMs?: number | undefined };

/** The host process behind its unix socket. */
// eslint-disable-next-line max-lines-per-function -- one object of small methods
export function createUnixRoomHost({ socketPath }: { socketPath: string }): RoomHost {
  const send = (call: Call) => openRequest(socketPath, call);
  const host: RoomHost = {
    async call(method, input, options = {}) {
      const { req, answered } = send({ method: "POST", path: `/rpc/${method}`, ...options });
      req.setHeader("content-type", "application/json");
      req.end(JSON.stringify(input));
      return parseResult(method, await readAnswer(await answered));
    },

    async connect(roomId, target, options = {}) {
      const place = target === "engine" ? "engine" : `port/${target}`;
      const { req, answered } = send({
        path: `/connect/${roomId}/${place}`,
        headers: { connection: "Upgrade", upgrade: "tcp" },
        ...options,
      });
      const upgraded = new Promise<Duplex>((resolve) => {
        req.once("upgrade", (_res, socket: Duplex, head: Buffer) => {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
        });
      });
      req.end();
      const refused = answered.then(async (res) => {
        await readAnswer(res);
        throw new AppError("unavailable", "The host did not connect.");
      });
      return Promise.race([upgraded, refused]);
    },

    async readFile(roomId, path, options = {}) {
      const { offset, length, ...call } = options;
      const { req, answered } = send({
        path: filesPath(roomId, { path, offset, length }),
        ...call,
      });
      req.end();
      const res = await answered;
      if (res.statusCode !== 200) await readAnswer(res);
      const { etag = "", "x-file-size": size } = res.headers;
      return { body: res, size: Number(size), etag };
    },

    async writeFile(roomId, path, body, options = {}) {
      const { size, overwrite, door, ifMatch, ...call } = options;
      const query = { path, size, overwrite: overwrite ? 1 : 0, door, ifMatch };
      const { req, answered } = send({
        method: "PUT",
        path: filesPath(roomId, query),
        // An upload takes as long as its sender does; the host ends one that stands still.
        ...call,
        timeoutMs: call.timeoutMs ?? 0,
      });
      // Without a length the host could not tell a body that was cut off from one that ended.
      if (size !== undefined) req.setHeader("content-length", size);
      const sent = pipeline(exactly(body, size), wholeEnd(req)).catch((error: unknown) => {
        body.destroy();
        throw error;
      });
      sent.catch(() => undefined);
      const { result } = await readAnswer(
        await Promise.race([answered, sent.then(() => answered)]),
      );
      return z.object({ path: z.string(), size: z.number() }).parse(result);
    },

    events: (signal) => readHostEvents(host, send, signal),
  };
  return host;
}

/** Sends the head of a call; `answered` fails as `unavailable` when the host can't be reached or takes too long. */
function openRequest(socketPath: string, { timeoutMs = DEFAULT_MS, ...options }: Call) {
  const req = request({
    ...options,
    // Half-open, so that one end of a spliced stream can finish before the other.
    createConnection: () => connectSocket({ path: socketPath, allowHalfOpen: true }),
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    req.once("response", resolve);
    req.on("error", (cause) => reject(cause.name === "AbortError" ? cause : unreachable(cause)));
  });
  answered.catch(() => undefined);
  stopWhenLate(req, timeoutMs);
  return { req, answered };
}

function stopWhenLate(req: ClientRequest, timeoutMs: number): void {
  if (timeoutMs === 0) return;
  const timer = setTimeout(() => req.destroy(new Error("No answer in time")), timeoutMs);
  for (const event of ["response", "upgrade", "close"]) req.once(event, () => clearTimeout(timer));
}

const unreachable = (cause: unknown) =>
  new AppError("unavailable", "The part of Workroom that runs the rooms does not answer.", {
    cause,
  });

/** @throws the AppError that the host answered with */
async function readAnswer(res: IncomingMessage): Promise<z.infer<typeof Success>> {
  const answer = await json(res).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  const success = Success.safeParse(answer);
  if (success.success) return success.data;
  const failure = Failure.safeParse(answer);
  if (!failure.success || !isErrorCode(failure.data.error.code)) throw unreachable(failure.error);
  const { code, message, details } = failure.data.error;
  throw new AppError(code, message, { details });
}

function parseResult<M extends HostMethod>(
  method: M,
  { result }: { result?: unknown },
): HostResult<M> {
  const parsed = hostMethods[method].result.safeParse(result);
  if (!parsed.success) throw unreachable(parsed.error);
  return parsed.data as HostResult<M>;
}

/** Breaks the call off when the body is shorter or longer than announced; otherwise the host would wait for the rest. */
async function* exactly(body: Readable, size: number | undefined): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of body) {
    sent += chunk.length;
    if (size !== undefined && sent > size) break;
    yield chunk;
  }
  if (size !== undefined && sent !== size)
    throw new AppError("invalid_input", "This file has another size than announced.");
}

/**
 * Hands a body on to a call; its last piece goes out together with its end. The host may answer as soon as it has every
 * byte, and hang up: an end that is written after that fails, and takes the answer with it.
 */
function wholeEnd(req: ClientRequest): Writable {
  let held: Buffer | null = null;
  const body = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const earlier = held;
      held = chunk;
      if (earlier) req.write(earlier, done);
      else done();
    },
    final: (done) => void req.end(held ?? "", () => done()),
    destroy(error, done) {
      if (error) req.destroy(error);
      done(error);
    },
  });
  req.once("close", () => body.destroy(new Error("The host hung up.")));
  return body;
}

function filesPath(roomId: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value));
  return `/files/${roomId}?${search.toString()}`;
}
