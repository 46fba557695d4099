import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { readConfig } from "./config";
import { makeControlRoutes } from "./control/control-routes";
import { Spool } from "./events/spool";
import { makeAgentSide } from "./room/agent-side";
import { makeToolsApi } from "./room/tools-api";
import { TurnJournal } from "./turns/turn-journal";
import { Turns } from "./turns/turns";

// The engine: started in a room by the host, which waits for GET /health. What is not needed for that answer is loaded
// with its first use.
const settings = readConfig(process.argv[2] ?? "/run/engine/config.json");
const startedAt = new Date().toISOString();
const side = makeAgentSide(settings);
const spool = new Spool(join(settings.stateDir, "spool"), settings.epoch);
const journal = new TurnJournal(settings.stateDir);

let apiUrl = `http://127.0.0.1:${settings.toolsPort}`;
const turns = new Turns(settings, side, spool, journal, () => apiUrl);
turns.closeInterrupted();

const tools = makeToolsApi(join(settings.runDir, "model.sock"), (token) =>
  turns.isLiveToken(token),
);
tools.listen(settings.toolsPort, "127.0.0.1", () => {
  const address = tools.address();
  if (address && typeof address === "object") apiUrl = `http://127.0.0.1:${address.port}`;
  const routes = makeControlRoutes({ settings, side, spool, turns, startedAt, apiUrl });
  const control = createServer({ keepAliveTimeout: 60_000 }, routes.request);
  control.on("upgrade", routes.upgrade);
  const socketPath = join(settings.runDir, "engine.sock");
  rmSync(socketPath, { force: true }); // of the engine that was here before
  control.listen(socketPath);
});

// A mistake in one request must not end the room: its own error path has answered or closed it.
process.on("uncaughtException", (error) => process.stderr.write(`${error.stack ?? error}\n`));
process.on("unhandledRejection", (error) => process.stderr.write(`${String(error)}\n`));
process.on("SIGTERM", () => process.exit(0));
