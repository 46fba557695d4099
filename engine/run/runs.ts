import type { IncomingMessage, ServerResponse } from "node:http";
import type { RunEvent, StartRun } from "@/lib/protocol/runs";
import type { EngineSettings } from "../config";
import { RequestRefused } from "../control/http";
import type { AgentSide } from "../room/agent-side";
import { Run } from "./run";

/** Who comes back within this time still hears all of it. */
const KEPT_MS = 10 * 60_000;
const MAX_RUNNING = 16;
const MAX_ENDED = 16;

type Room = { settings: EngineSettings; side: AgentSide };
const runs = new Map<string, Run>();

/** Starts a run and streams what it says, to its end. */
export async function startRun(
  { settings, side }: Room,
  body: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = body as StartRun;
  if (typeof asked?.runId !== "string" || typeof asked.program?.kind !== "string")
    throw new RequestRefused(400, "A run needs a runId and a program.");
  if (runs.has(asked.runId)) throw new RequestRefused(400, "This run was started before.");
  if ([...runs.values()].filter((run) => !run.hasEnded).length >= MAX_RUNNING)
    throw new RequestRefused(429, `${MAX_RUNNING} runs of this workspace go already.`);
  const run = new Run(settings, side, asked);
  runs.set(asked.runId, run);
  try {
    await run.start();
  } catch (error) {
    runs.delete(asked.runId);
    throw new RequestRefused(400, whyNotStarted(error, asked.cwd));
  }
  if (asked.isTied) response.on("close", () => run.end("cancelled"));
  forgetOld();
  request.resume();
  streamRun(run, 0, response);
}

/** What a run has said after number `after`, then live. */
export function followRun(runId: string, after: number, response: ServerResponse): void {
  const run = runs.get(runId);
  if (!run) throw new RequestRefused(404, "No such run.");
  streamRun(run, after, response);
}

export function cancelRun(runId: string): void {
  const run = runs.get(runId);
  if (!run) throw new RequestRefused(404, "No such run.");
  run.end("cancelled");
}

function whyNotStarted(error: unknown, cwd: string): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOENT" || code === "ENOTDIR") return `No such folder: ${cwd}`;
  if (code === "EAGAIN") return "The room has too many processes. Stop some, then try again.";
  if (code === "E2BIG") return "Arguments and variables are too long together.";
  return "It could not be started.";
}

/** Events are kept, so a slow reader holds nothing up: it is sent more when it has read. */
function streamRun(run: Run, after: number, response: ServerResponse): void {
  let next = after;
  let isWaiting = false;
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const send = () => {
    while (!isWaiting && next < run.events.length) {
      const event: RunEvent | undefined = run.events[next];
      next += 1;
      if (response.write(`${JSON.stringify(event)}\n`)) continue;
      isWaiting = true;
      response.once("drain", () => {
        isWaiting = false;
        send();
      });
    }
    if (!isWaiting && run.hasEnded && next >= run.events.length) response.end();
  };
  response.once("close", run.onWord(send));
  response.flushHeaders();
  send();
}

/** The oldest first: those that have ended long ago, or are too many. */
function forgetOld(): void {
  const ended = [...runs].filter(([, run]) => run.hasEnded);
  const surplus = ended.length - MAX_ENDED;
  for (const [index, [runId, run]] of ended.entries())
    if (index < surplus || performance.now() - run.startedAt > KEPT_MS) runs.delete(runId);
}
