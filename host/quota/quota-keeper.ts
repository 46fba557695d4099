import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { OutputMount, OutputMounts } from "@/lib/ports/output-mounts";
import type { Answer, Ask } from "./messages";
import { type KeeperCall, keeperCalls } from "./messages";
import { measureFuse } from "./measure-fuse";

const CALL_MS = 20_000;
const START_MS = 20_000;
const RETRY_MS = 25;
/** Part of the socket's name: a keeper of an older release goes on with its mounts, and is not asked for new ones. */
const PROTOCOL = 1;

type Options = {
  dataDir: string;
  /** The bundle of `host/quota/main.ts`. */
  programPath: string;
  /** A Node that any user may run. */
  nodePath: string;
  /** The servers' own user, shared with no room; `null`: this process's. */
  serverUid: number | null;
  log: Log;
};

export type QuotaKeeper = OutputMounts & {
  /** @returns the answer of the room's server; `null` when the room has no mount */
  ask(roomId: string, ask: Ask): Promise<Answer | null>;
  /** From here on the keeper is another host's; without mounts it ends. */
  leave(): void;
};

/**
 * The host's end of the quota servers. The keeper outlives this process; when it dies itself, another is started and
 * every view is mounted anew: programs that have a file of `output/` open get errors, new opens work.
 */
// eslint-disable-next-line max-lines-per-function -- one object of small methods over one connection
export function createQuotaKeeper(options: Options): QuotaKeeper {
  const socketPath = join(options.dataDir, "host", `quota-${PROTOCOL}.sock`);
  const mounts = new Map<string, OutputMount>();
  let watching: Promise<void> | null = null;
  let connection: IncomingMessage | null = null;
  let fault: Promise<string | null> | null = null;
  let isClosed = false;

  /** Resolves once a keeper is there and this process would notice its death. */
  const ensure = () => (watching ??= start().catch(forgetAttempt));
  function forgetAttempt(error: unknown): never {
    watching = null;
    throw error;
  }
  async function start(): Promise<void> {
    connection = await watch(socketPath).catch(async () => {
      startKeeper(options, socketPath);
      return untilWatched(socketPath);
    });
    connection.once("close", () => {
      watching = null;
      if (!isClosed && mounts.size > 0) void reopen();
    });
    connection.on("error", () => null).resume();
  }

  async function reopen(): Promise<void> {
    options.log.warn({ rooms: mounts.size }, "the quota keeper ended: mounting anew");
    for (const mount of mounts.values())
      await call("open", mount).catch((error: unknown) =>
        options.log.error({ err: error, roomId: mount.roomId }, "output/ can't be mounted anew"),
      );
  }

  async function call<C extends KeeperCall>(
    name: C,
    input: z.input<(typeof keeperCalls)[C]["input"]>,
  ): Promise<z.output<(typeof keeperCalls)[C]["result"]>> {
    await ensure();
    const result = await post(socketPath, name, input);
    return keeperCalls[name].result.parse(result) as z.output<(typeof keeperCalls)[C]["result"]>;
  }

  return {
    fault: () => (fault ??= measureFuse(options.dataDir)),
    async open(mount) {
      await call("open", mount);
      mounts.set(mount.roomId, mount);
    },
    async close({ roomId, viewPath }) {
      mounts.delete(roomId);
      await call("close", { roomId, viewPath });
    },
    async setLimits(roomId, limits) {
      const mount = mounts.get(roomId);
      if (!mount) return;
      mounts.set(roomId, { ...mount, limits });
      await call("limits", { roomId, limits });
    },
    ask: async (roomId, ask) => (mounts.has(roomId) ? call("ask", { roomId, ask }) : null),
    leave() {
      isClosed = true;
      connection?.destroy();
    },
  };
}

function startKeeper(options: Options, socketPath: string): void {
  mkdirSync(join(options.dataDir, "host"), { recursive: true, mode: 0o700 });
  rmSync(socketPath, { force: true });
  const log = openSync(join(options.dataDir, "host", "quota.log"), "a", 0o600);
  const uid = options.serverUid === null ? "" : String(options.serverUid);
  const args = [options.programPath, "keeper", socketPath, options.nodePath, uid];
  const child = spawn(options.nodePath, args, {
    env: {} as NodeJS.ProcessEnv,
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.on("error", () => null); // the wait for its socket tells
  child.unref();
  closeSync(log);
}

async function untilWatched(socketPath: string): Promise<IncomingMessage> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const found = await watch(socketPath).catch(() => null);
    if (found) return found;
    if (performance.now() > deadline)
      throw new AppError("unavailable", "The keeper of the limits of output/ doesn't start.");
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function watch(socketPath: string): Promise<IncomingMessage> {
  const call = request({ socketPath, path: "/watch", agent: false });
  call.end();
  const [response] = (await once(call, "response", {
    signal: AbortSignal.timeout(CALL_MS),
  })) as [IncomingMessage];
  // A host that ends must not wait for its keeper.
  response.socket.unref();
  return response;
}

function post(socketPath: string, name: string, input: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(CALL_MS);
    const call = request({ socketPath, path: `/${name}`, method: "POST", agent: false, signal });
    const fail = (cause: unknown) =>
      reject(
        new AppError("unavailable", "The limits of output/ can't be kept right now.", { cause }),
      );
    call.once("error", fail);
    call.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("error", fail);
      response.once("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else fail(new Error(text));
      });
    });
    call.end(JSON.stringify(input));
  });
}
