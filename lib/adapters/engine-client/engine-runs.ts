import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { AppError, type ErrorCode } from "@/lib/errors";
import type { EngineClient } from "@/lib/ports/engine-client";
import { RunEvent } from "@/lib/protocol/runs";
import type { EngineConnections } from "./engine-connections";
import { engineGone, readAnswer, sendToEngine } from "./engine-http";

const ANSWER_TIMEOUT_MS = 10_000;
const PUT_TIMEOUT_MS = 60_000;
const MAX_LINE_CHARS = 8_388_608;

const Refusal = z.object({ message: z.string().max(10_000) });
const codes: Readonly<Record<number, ErrorCode>> = {
  400: "invalid_input",
  404: "not_found",
  409: "not_found", // the module of a plugin
  413: "too_large",
  429: "limit_exceeded",
};

/** The part of the engine's protocol that is about runs. */
export function engineRuns(
  connections: EngineConnections,
): Pick<EngineClient, "startRun" | "followRun" | "cancelRun" | "putPlugin"> {
  const call = async (
    roomId: string,
    request: Omit<Parameters<typeof sendToEngine>[2], "timeoutMs"> & { timeoutMs?: number },
  ) => {
    const sent = { timeoutMs: ANSWER_TIMEOUT_MS, ...request };
    const response = await sendToEngine(connections, roomId, sent);
    if ((response.statusCode ?? 500) < 300) return response;
    const { message } = await readAnswer(response, Refusal);
    const code = codes[response.statusCode ?? 0];
    throw code ? new AppError(code, message) : engineGone(new Error(message));
  };
  return {
    async *startRun(roomId, run, signal) {
      yield* readEvents(
        await call(roomId, { method: "POST", path: "/runs", body: run, signal }),
        signal,
      );
    },
    async *followRun(roomId, runId, after, signal) {
      const path = `/runs/${encodeURIComponent(runId)}?after=${after}`;
      yield* readEvents(await call(roomId, { method: "GET", path, signal }), signal);
    },
    async cancelRun(roomId, runId) {
      const path = `/runs/${encodeURIComponent(runId)}/cancel`;
      (await call(roomId, { method: "POST", path })).resume();
    },
    async putPlugin(roomId, sha256, bytes) {
      const path = `/plugins/${sha256}`;
      const request = { method: "PUT", path, body: bytes, timeoutMs: PUT_TIMEOUT_MS } as const;
      (await call(roomId, request)).resume();
    },
  };
}

/** A stream that ends without the run's end is a room that went away. What a room says is checked word by word. */
async function* readEvents(
  response: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  response.setEncoding("utf8");
  const abort = () => response.destroy();
  signal.addEventListener("abort", abort);
  let rest = "";
  let hasEnded = false;
  try {
    for await (const text of response.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<string>) {
      rest += text;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARS) throw new Error("A line is too long.");
      for (const line of lines) {
        const event = RunEvent.safeParse(JSON.parse(line));
        if (!event.success) continue; // a runner may show anything; what can't be shown is left out
        hasEnded = event.data.word.type === "end";
        yield event.data;
        if (hasEnded) return;
      }
    }
    throw new Error("The stream ended early.");
  } catch (cause) {
    throw engineGone(cause);
  } finally {
    signal.removeEventListener("abort", abort);
    if (hasEnded) response.resume();
    else response.destroy();
  }
}
