import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Context } from "@/lib/domain/context";
import { ExecInput, openCommand } from "@/lib/domain/run/execute-command";
import { loadRun } from "@/lib/domain/run/load-run";
import { replayRun } from "@/lib/domain/run/replay-run";
import { AppError, notFound } from "@/lib/errors";
import { RunId } from "@/lib/protocol/ids";
import type { RunEvent } from "@/lib/protocol/runs";
import { parseObject } from "@/lib/server/verbs/read-body";
import { callerName, restLimiter } from "@/lib/server/verbs/rate-limit";
import type { GatewayParts } from "../gateway-options";
import { toAppError } from "../send-failure";
import { readLimited } from "./read-limited";
import { roomContext } from "./room-context";

const BEAT_EVERY_MS = 15_000;
const MAX_BODY_BYTES = 1_048_576;
type Form = "sse" | "ndjson";

/** The form in which a caller wants a stream; null: it wants one answer. */
export function streamForm({ headers }: Pick<IncomingMessage, "headers">): Form | null {
  const accept = headers.accept ?? "";
  if (accept.includes("text/event-stream")) return "sse";
  return accept.includes("application/x-ndjson") ? "ndjson" : null;
}

/**
 * `POST /api/v1/workspaces/:workspaceId/exec` with `Accept: text/event-stream` or `application/x-ndjson`: what the
 * command prints, while it does. The header `run-id` names it; it ends when its caller goes away.
 */
export async function streamCommand(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  { workspaceId, roomId }: { workspaceId: string; roomId: string },
): Promise<void> {
  const ctx = await roomContext(response, options, roomId, "workroom.run");
  if (ctx.actor.kind === "user")
    restLimiter.count(callerName(ctx.actor), "run", ctx.settings.apiRate, new Headers());
  const asked = parseObject((await readLimited(request, MAX_BODY_BYTES)).toString("utf8"));
  const gone = closeOf(response);
  const input = ExecInput.parse({ ...asked, workspaceId });
  const { runId, events } = await openCommand(ctx, input, gone);
  await send(response, options, runId, events, streamForm(request) ?? "ndjson");
}

/**
 * `GET /api/v1/workspaces/:workspaceId/runs/:runId/stream`: what a run says, from its beginning or from what the caller
 * has seen last (`Last-Event-ID`, or `?after=`), to its end. Reading it does not hold the run up, nor does leaving.
 */
export async function streamRun(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  target: { workspaceId: string; roomId: string; runId: string },
): Promise<void> {
  const ctx = await roomContext(response, options, target.roomId, "workroom.read");
  if (!RunId.safeParse(target.runId).success) throw notFound("Run");
  const after = readAfter(request);
  const form = streamForm(request) ?? "ndjson";
  const events = await findEvents(ctx, target, after, closeOf(response));
  await send(response, options, target.runId, events, form);
}

const After = z.coerce.number().int().min(0).catch(0);

function readAfter(request: IncomingMessage): number {
  const query = new URL(request.url ?? "/", "http://here.invalid").searchParams;
  return After.parse(request.headers["last-event-id"] ?? query.get("after") ?? 0);
}

/** From the room while it knows the run, else from what was kept of it. */
async function findEvents(
  ctx: Context,
  { workspaceId, roomId, runId }: { workspaceId: string; roomId: string; runId: string },
  after: number,
  signal: AbortSignal,
): Promise<AsyncIterable<RunEvent>> {
  const kept = await loadRun(ctx, "workroom.read", { workspaceId, runId }).catch(
    (error: unknown) => {
      // A command is not kept: its room alone knows it.
      if (error instanceof AppError && error.code === "not_found") return null;
      throw error;
    },
  );
  if (kept && kept.run.state !== "running") return replayRun(kept.run, after);
  return ctx.engine.followRun(roomId, runId, after, signal);
}

function closeOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

async function send(
  response: ServerResponse,
  { log }: GatewayParts,
  runId: string,
  events: AsyncIterable<RunEvent>,
  form: Form,
): Promise<void> {
  const reader = events[Symbol.asyncIterator]();
  const first = await reader.next(); // what is refused is refused with a status
  if (response.destroyed) return void (await reader.return?.());
  response.writeHead(200, {
    "content-type": form === "sse" ? "text/event-stream; charset=utf-8" : "application/x-ndjson",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "run-id": runId,
  });
  const beat =
    form === "sse" ? setInterval(() => response.write(": beat\n\n"), BEAT_EVERY_MS) : null;
  try {
    for (let next = first; !next.done; next = await reader.next())
      await write(response, lineOf(form, next.value));
  } catch (error) {
    const { code, message } = toAppError(error, log);
    const end = JSON.stringify({ code, detail: message });
    if (!response.destroyed)
      response.write(form === "sse" ? `event: error\ndata: ${end}\n\n` : `{"error":${end}}\n`);
  } finally {
    if (beat) clearInterval(beat);
    response.end();
  }
}

const lineOf = (form: Form, event: RunEvent): string =>
  form === "sse"
    ? `id: ${event.n}\ndata: ${JSON.stringify(event)}\n\n`
    : `${JSON.stringify(event)}\n`;

/** Resolves when the text was handed to the network, or when nobody is there any more. */
const write = (response: ServerResponse, text: string): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.write(text, () => resolve());
  });
