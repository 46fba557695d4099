import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import next from "next";
import { readEnv } from "@/lib/env";
import { Gateway } from "@/lib/gateway/gateway";
import { createStrictServer } from "@/lib/gateway/http-server";
import { createLog } from "@/lib/log";
import { getPorts, startWorker } from "@/lib/server/container";
import manifest from "./package.json" with { type: "json" };

const STOP_TIMEOUT_MS = 15_000;
const env = readEnv();
const log = createLog("web", env.LOG_LEVEL);
const stoppingMark = join(env.WORKROOM_DATA_DIR, "run", "stopping");
const isDevelopment = env.NODE_ENV === "development";

/** The web: gateway, Next and worker in one process. */
async function main(): Promise<void> {
  // Read by next-auth itself, in whichever module graph its route lives.
  process.env["NEXTAUTH_URL"] = env.WORKROOM_URL.origin;
  const ports = await getPorts();
  const server = createStrictServer();
  // Next hangs a listener for upgrades on the server it is given and ends every one that is not its own; this one
  // never listens, and gets in development what is for hot reload.
  const nextSide = createServer();
  const app = next({
    dev: isDevelopment,
    dir: process.cwd(),
    hostname: env.WORKROOM_URL.hostname,
    port: env.PORT,
    httpServer: nextSide,
  });
  await app.prepare();
  const answer = app.getRequestHandler();
  const gateway = new Gateway({
    ports,
    log,
    version: manifest.version,
    trustsProxy: env.WORKROOM_TRUST_PROXY,
    isDevelopment,
    next: {
      onRequest: (request, response) => answer(request, response),
      onUpgrade: (request, socket, head) => void nextSide.emit("upgrade", request, socket, head),
    },
  });
  gateway.attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.PORT, env.BIND, resolve);
  });
  const worker = await startWorker();
  log.info({ port: env.PORT, url: env.WORKROOM_URL.origin }, "listening");

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    server.close();
    gateway.close();
    // The start script leaves this mark when a person ends everything; on a mere restart rooms stay up.
    await worker.stop({ sleepRooms: existsSync(stoppingMark) });
    server.closeAllConnections();
    await app.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, "the web could not start");
  process.exit(1);
});
