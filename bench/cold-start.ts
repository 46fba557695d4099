import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ask, elapsed, end, nodeBinary, pause, start } from "./programs";
import { interleaved, type Row } from "./rows";

const POLL_MS = 1;
const limits = { memoryBytes: 1_073_741_824, cpuCores: 2, maxPids: 512, diskBytes: 1_073_741_824 };

export const newRoomId = () => `wr_${randomBytes(10).toString("hex")}`;

/** One method of the host's RPC. @throws Error with the host's reason */
export async function callHost(dataDir: string, method: string, input: unknown): Promise<unknown> {
  const body = JSON.stringify(input);
  const answer = await ask({ socketPath: path.join(dataDir, "run/host.sock") }, `/rpc/${method}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    },
  });
  const parsed = JSON.parse(answer.text) as { ok: boolean; result?: unknown };
  if (!parsed.ok) throw new Error(`${method}: ${answer.text}`);
  return parsed.result;
}

async function startRoom(dataDir: string): Promise<number> {
  const roomId = newRoomId();
  const ms = await elapsed(() => callHost(dataDir, "start", { roomId, epoch: 1, limits }));
  await callHost(dataDir, "destroy", { roomId });
  return ms;
}

/** The same engine as an ordinary program, without a wall, until it answers. */
async function startBareEngine(dataDir: string): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), "workroom-bench-"));
  const at = (name: string) => path.join(folder, name);
  for (const name of ["run", "state", "workspace", "home"]) mkdirSync(at(name));
  const config = {
    roomId: newRoomId(),
    epoch: 1,
    runDir: at("run"),
    stateDir: at("state"),
    workspaceDir: at("workspace"),
    homeDir: at("home"),
    toolsPort: 0,
  };
  writeFileSync(at("config.json"), JSON.stringify(config));
  const startedAt = performance.now();
  const child = start(nodeBinary, [path.join(dataDir, "runtime/engine.cjs"), at("config.json")]);
  const isUp = () =>
    ask({ socketPath: at("run/engine.sock") }, "/health").then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isUp())) await pause(POLL_MS);
  const ms = performance.now() - startedAt;
  await end(child);
  rmSync(folder, { recursive: true, force: true });
  return ms;
}

export async function coldStart(dataDir: string, rounds: number): Promise<Row> {
  const sides = await interleaved(
    rounds,
    () => startRoom(dataDir),
    () => startBareEngine(dataDir),
  );
  return { name: "cold start, all walls / bare engine outside", unit: "ms", ...sides, goal: 2 };
}
