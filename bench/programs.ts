import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { checkout } from "../e2e/support/installation";

export const nodeBinary = path.join(checkout, "node_modules/node/bin/node");

export function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, {
    stdio: "ignore",
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", NODE_ENV: "production" },
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** Runs a command to its end. */
export function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = start(command, args);
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}

export type Target = { socketPath: string } | { host: string; port: number };

/** One request on a new connection; the body's text. */
export function ask(
  target: Target,
  path_: string,
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<{
  status: number;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const call = request(
      { ...target, path: path_, method, headers, agent: false, timeout: 30_000 },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => (text += part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }),
        );
      },
    );
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
    call.end(body);
  });
}

/** Proportional set size of one process, in kilobytes: memory with shared pages counted by share. */
export function pssKilobytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? Number.NaN);
}

/** A bare HTTP server in this process that answers "ok". */
export async function bareServer(): Promise<{ server: Server; target: Target }> {
  const server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { server, target: { host: "127.0.0.1", port } };
}

export const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
