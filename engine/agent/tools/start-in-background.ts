import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long to watch for a failure; a program that has said something is given a moment more, no longer. */
const WATCH_MS = 1_500;
const AFTER_OUTPUT_MS = 200;
const POLL_MS = 40;
const MAX_FIRST_OUTPUT_CHARS = 4_000;
/** A server that prints without end must not fill the disk: what it prints after this is dropped. */
const MAX_LOG_BYTES = 67_108_864;
/** `$0` is the command, `$1` its log. */
const STARTER = `exec bash -c "$0" > >(head -c ${MAX_LOG_BYTES} > "$1"; exec cat > /dev/null) 2>&1`;

/**
 * Starts a command that outlives the turn and the agent, such as a dev server: a session of its own, output to a log
 * file, no mark of the agent in its environment (by that mark the engine ends what a stopped turn has left).
 */
export async function startInBackground(
  command: string,
  cwd: string,
): Promise<{ pid: number; logPath: string; output: string; exitCode: number | null }> {
  const dir = join(homedir(), ".workroom/background");
  mkdirSync(dir, { recursive: true });
  const logPath = join(dir, `${randomUUID().slice(0, 8)}.log`);
  writeFileSync(logPath, "");
  const { WORKROOM_AGENT_RUN: _mark, ...env } = process.env;
  const child = spawn("bash", ["-c", STARTER, command, logPath], {
    cwd,
    env,
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  const exitCode = await Promise.race([
    new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1))),
    new Promise<number>((resolve) => child.once("error", () => resolve(1))),
    hasSettled(logPath),
  ]);
  const output = readFileSync(logPath, "utf8").slice(0, MAX_FIRST_OUTPUT_CHARS);
  return { pid: child.pid ?? 0, logPath, output, exitCode };
}

async function hasSettled(logPath: string): Promise<null> {
  const until = Date.now() + WATCH_MS;
  while (Date.now() < until && statSync(logPath).size === 0) await sleep(POLL_MS);
  await sleep(Math.min(AFTER_OUTPUT_MS, Math.max(0, until - Date.now())));
  return null;
}
