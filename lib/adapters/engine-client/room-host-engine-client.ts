import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { EngineClient } from "@/lib/ports/engine-client";
import type { RoomHost } from "@/lib/ports/room-host";
import { EngineHealth } from "@/lib/protocol/engine";
import { EngineConnections } from "./engine-connections";
import { engineGone, readAnswer, sendToEngine } from "./engine-http";
import { engineRuns } from "./engine-runs";
import { openSocket, readFrames, streamTerminal } from "./engine-sockets";
import { readExecChunks } from "./read-exec-chunks";

const ANSWER_TIMEOUT_MS = 10_000;
const TurnIds = z.object({ turnIds: z.array(z.string().max(100)).max(1_000) });
const Refusal = z.object({ message: z.string().max(10_000) });

/** Speaks the control protocol with the engine of a room, over the byte streams that the host opens. */
export function makeEngineClient(host: Pick<RoomHost, "connect">): EngineClient {
  const connections = new EngineConnections(host);
  const call = (roomId: string, method: "GET" | "POST", path: string, body?: unknown) =>
    sendToEngine(connections, roomId, { method, path, body, timeoutMs: ANSWER_TIMEOUT_MS });
  return {
    health: async (roomId) => readAnswer(await call(roomId, "GET", "/health"), EngineHealth),
    startTurn: async (roomId, turn) => {
      const response = await call(roomId, "POST", "/turns", turn);
      const status = response.statusCode;
      if (status === 202) {
        response.resume();
        return;
      }
      const { message } = await readAnswer(response, Refusal);
      if (status === 409) throw new AppError("conflict", "Another turn of this chat runs.");
      throw engineGone(new Error(`${status}: ${message}`));
    },
    cancelTurn: async (roomId, turnId) => {
      const path = `/turns/${encodeURIComponent(turnId)}/cancel`;
      const response = await call(roomId, "POST", path);
      response.resume();
      if (response.statusCode !== 202) throw engineGone();
    },
    runningTurns: async (roomId) => {
      const { turnIds } = await readAnswer(await call(roomId, "GET", "/turns"), TurnIds);
      return turnIds;
    },
    async *events(roomId, after, signal) {
      yield* readFrames(await openSocket(host, roomId, `/events?after=${after}`, signal), signal);
    },
    async *exec(roomId, request, signal) {
      const response = await sendToEngine(connections, roomId, {
        method: "POST",
        path: "/exec",
        body: request,
        timeoutMs: ANSWER_TIMEOUT_MS,
        signal,
      });
      if (response.statusCode === 200) {
        yield* readExecChunks(response);
        return;
      }
      const { message } = await readAnswer(response, Refusal);
      throw new AppError("invalid_input", message);
    },
    ...engineRuns(connections),
    terminal: async (roomId, terminalId, { cols, rows }) => {
      const path = `/terminals/${encodeURIComponent(terminalId)}?cols=${cols}&rows=${rows}`;
      return streamTerminal(await openSocket(host, roomId, path));
    },
  };
}
