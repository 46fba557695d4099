import type { ChildProcess } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StringDecoder } from "node:string_decoder";
import type { ExecChunk } from "@/lib/protocol/engine";
import { RequestRefused } from "../control/http";
import { killGroup, type AgentSide } from "./agent-side";

/** A command that prints nothing for this long is answered for all the same. */
const SILENCE_MS = 1_000;
/** Output beyond this is read and dropped; the command runs on. */
const MAX_OUTPUT_BYTES = 8 * 1_048_576;
/** What the command left behind may hold its output open: after its exit, this long. */
const DRAIN_MS = 200;
const MAX_COMMAND_CHARS = 100_000;
const MAX_TIMEOUT_MS = 3_600_000;

/** Runs one command on the agent's side and streams its output as NDJSON of ExecChunk. */
export async function runExec(
  side: AgentSide,
  body: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { command, cwd, timeoutMs } = readRequest(body);
  const child = side.spawn("/bin/bash", ["-c", command], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", () => reject(new RequestRefused(400, `No such folder: ${cwd}`)));
  });
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  // Sent with the first output; of a silent command by itself, so that the caller knows that it runs.
  const silence = setTimeout(() => response.flushHeaders(), SILENCE_MS);
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    killGroup(child);
  }, timeoutMs);
  const stop = () => killGroup(child);
  response.on("close", stop);
  const exit = await streamOutput(child, response);
  response.off("close", stop); // what the command left in the background may run on
  clearTimeout(silence);
  clearTimeout(timer);
  write(response, { type: "exit", ...exit, isTimedOut });
  response.end();
  request.resume();
}

/** By hand: the schema library is loaded by the first turn, and an idle room does without its memory. */
function readRequest(body: unknown): { command: string; cwd: string; timeoutMs: number } {
  const {
    command,
    cwd = "/workspace",
    timeoutMs = 60_000,
  } = (body ?? {}) as Record<string, unknown>;
  if (typeof command !== "string" || command === "" || command.length > MAX_COMMAND_CHARS)
    throw new RequestRefused(400, "command: a text of 1 to 100,000 characters.");
  if (typeof cwd !== "string") throw new RequestRefused(400, "cwd: the path of a folder.");
  if (!Number.isInteger(timeoutMs) || Number(timeoutMs) < 1 || Number(timeoutMs) > MAX_TIMEOUT_MS)
    throw new RequestRefused(400, "timeoutMs: 1 to 3,600,000.");
  return { command, cwd, timeoutMs: Number(timeoutMs) };
}

const write = (response: ServerResponse, chunk: ExecChunk) =>
  response.write(`${JSON.stringify(chunk)}\n`);

/** Resolves with the command's exit once its output has been sent. */
function streamOutput(
  child: ChildProcess,
  response: ServerResponse,
): Promise<{ exitCode: number | null; signal: string | null }> {
  let sentBytes = 0;
  for (const type of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    const source = child[type];
    source?.on("data", (bytes: Buffer) => {
      const text = decoder.write(bytes.subarray(0, Math.max(0, MAX_OUTPUT_BYTES - sentBytes)));
      sentBytes += bytes.length;
      if (text === "" || write(response, { type, text })) return;
      source.pause();
      response.once("drain", () => source.resume());
    });
    source?.on("end", () => {
      const rest = decoder.end();
      if (rest !== "") write(response, { type, text: rest });
    });
  }
  return new Promise((resolve) => {
    child.once("exit", (exitCode, signal) => {
      const done = () => resolve({ exitCode, signal });
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        done();
      }, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(timer);
        done();
      });
    });
  });
}
