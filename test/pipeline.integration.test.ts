import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionCookie } from "@/lib/auth/cookies";
import { writeSessionToken } from "@/lib/auth/session-token";
import { createSession } from "@/lib/domain/identity/create-session";
import { Gateway } from "@/lib/gateway/gateway";
import { createStrictServer } from "@/lib/gateway/http-server";
import { createLog } from "@/lib/log";
import type { RunEvent } from "@/lib/protocol/runs";
import { compileWasm } from "./engine/compile-wasm";
import { ask } from "./gateway/ask";
import { addPerson, openInstallation, type Installation } from "./installation";
import {
  makeRuntimeFolder,
  openSandboxes,
  roomLimits,
  type Sandboxes,
} from "./sandbox/sandbox-fixture";

process.env["NEXTAUTH_SECRET"] ??= "a secret of the tests, 32 characters";
const example = (name: string) => readFileSync(join("examples/pipeline", name));
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

let runtimeDir: string;
let sandboxes: Sandboxes;
let installation: Installation;
let worker: Awaited<ReturnType<Installation["startWorker"]>>;
let gateway: Gateway;
let server: ReturnType<typeof createStrictServer>;
let cookie: string;
let otherCookie: string;
let roomId: string;

beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
  sandboxes = openSandboxes({ runtimeDir });
  await sandboxes.provisioner.probe();
  const { dataDir, provisioner } = sandboxes;
  const settings = { roomLimits };
  installation = await openInstallation({ dataDir, provisioner, settings });
  worker = await installation.startWorker();
  gateway = new Gateway({
    ports: installation.ports,
    log: createLog("test", "silent"),
    version: "test",
    trustsProxy: false,
    isDevelopment: false,
    next: { onRequest: async () => undefined, onUpgrade: () => undefined },
  });
  server = createStrictServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  gateway.attach(server);
  cookie = await signIn();
  otherCookie = await signIn();
  roomId = String((await call("POST", "/workrooms", {})).id);
}, 120_000);
afterAll(async () => {
  gateway.close();
  server.close();
  server.closeAllConnections();
  await worker.stop();
  if (roomId) await sandboxes.provisioner.destroy(roomId);
  await sandboxes.close();
  await installation.close();
  rmSync(runtimeDir, { recursive: true, force: true });
});

async function signIn(): Promise<string> {
  const { userId } = (await addPerson(installation.ports)).actor;
  const sid = await createSession(installation.ports, { userId, userAgent: "" });
  return `${sessionCookie}=${await writeSessionToken({ sid, uid: userId }, 3_600)}`;
}

function send(
  method: string,
  path: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
) {
  const { port } = server.address() as AddressInfo;
  const { appUrl } = installation.ports.settings;
  return ask(port, `/api/v1${path}`, {
    host: appUrl.host,
    method,
    headers: {
      cookie,
      origin: appUrl.origin,
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  });
}
async function call(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const type = { "content-type": "application/json" };
  const answer = await send(method, path, method === "GET" ? "" : JSON.stringify(body), type);
  if (answer.status >= 300) throw new Error(answer.text);
  return JSON.parse(answer.text) as Record<string, unknown>;
}
const inRoom = (path: string) => `/workspaces/${roomId}${path}`;

test("a table goes through five steps by REST: the same paths in each, the same bytes, and a sleeping room wakes", async () => {
  const csv = example("sales.csv");
  const uploaded = await send("PUT", inRoom("/upload?path=input/sales.csv"), csv);
  expect(uploaded.status).toBe(201);

  const code = example("to-json.py").toString();
  const python = await call("POST", inRoom("/runs/python"), { code, timeoutMs: 120_000 });
  expect(python).toMatchObject({ state: "succeeded", stdout: `input ${sha256(csv)}\n` });
  expect(python["tables"]).toMatchObject([{ columns: ["region", "amount"], rowCount: 3 }]);

  await call("POST", `/workrooms/${roomId}/sleep`, {});
  const state = async () => (await call("GET", `/workrooms/${roomId}`, {}))["state"];
  await expect.poll(state, { timeout: 30_000, interval: 200 }).toBe("sleeping");

  const folder = mkdtempSync(join(tmpdir(), "shares-"));
  const path = await compileWasm(join(folder, "shares.wasm"), example("shares.c").toString());
  const program = readFileSync(path);
  rmSync(folder, { recursive: true });
  const added = await send("POST", "/plugins/upload?name=shares", program);
  expect(added.status).toBe(201);
  const { id: pluginId } = JSON.parse(added.text) as { id: string };
  const wasm = await call("POST", inRoom("/runs/plugin"), { pluginId });
  expect(wasm).toMatchObject({ state: "succeeded", stdout: "3 regions, 157210 cents\n" });

  const command = example("report.sh").toString();
  const report = await call("POST", inRoom("/exec"), { command });
  expect(report).toMatchObject({ state: "succeeded", exitCode: 0 });
  const pdf = await send("GET", inRoom("/download?path=output/report.pdf"), "");
  expect(pdf.body.subarray(0, 5).toString()).toBe("%PDF-");
  expect(report["stdout"]).toBe(`${sha256(pdf.body)}  report.pdf\n`);

  const foreign = await send("POST", inRoom("/runs/plugin"), JSON.stringify({ pluginId }), {
    cookie: otherCookie,
    "content-type": "application/json",
  });
  expect(foreign.status).toBe(404);
}, 240_000);

test("input/ is read-only to every step, by the name of the error", async () => {
  const code = "open('/workspace/input/x', 'w')";
  const python = await call("POST", inRoom("/runs/python"), { code });
  expect(python["stderr"]).toContain("Read-only file system");
  const js = await call("POST", inRoom("/runs/javascript"), {
    code: "require('fs').writeFileSync('/workspace/input/x', '')",
  });
  expect(js["stderr"]).toContain("EROFS");
  const shell = await call("POST", inRoom("/exec"), { command: "touch /workspace/input/x" });
  expect(shell["stderr"]).toContain("Read-only file system");
}, 120_000);

test("a command is streamed as it prints, and a run is read again from any point after its end", async () => {
  const body = JSON.stringify({ command: "echo one; echo two >&2; exit 3" });
  const streamed = await send("POST", inRoom("/exec"), body, {
    accept: "text/event-stream",
    "content-type": "application/json",
  });
  expect(streamed.headers["content-type"]).toContain("text/event-stream");
  const events = streamed.text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice(6)) as RunEvent);
  expect(events.map(({ word }) => word)).toEqual([
    { type: "start" },
    { type: "stdout", text: "one\n" },
    { type: "stderr", text: "two\n" },
    expect.objectContaining({ type: "end", exitCode: 3, state: "failed" }),
  ]);

  const begun = await call("POST", inRoom("/runs/python"), { code: "print(1)\n2", wait: false });
  const stream = inRoom(`/runs/${String(begun["id"])}/stream`);
  const whole = await send("GET", stream, "", { accept: "application/x-ndjson" });
  const words = whole.text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as RunEvent).word);
  expect(words.at(-1)).toMatchObject({ type: "end", state: "succeeded" });
  expect(words).toContainEqual({ type: "result", text: "2" });
  await expect
    .poll(async () => (await call("GET", inRoom(`/runs/${String(begun["id"])}`), {}))["state"])
    .toBe("succeeded");
  const { runs } = await call("GET", inRoom("/runs"), {});
  expect(runs).toMatchObject([
    { id: begun["id"], result: "2", state: "succeeded" },
    {},
    {},
    {},
    {},
  ]);
}, 120_000);

test("a run is stopped by its id, and nothing of it is left", async () => {
  const marker = `75.${process.pid}`;
  const code = `import subprocess, time\nsubprocess.Popen(['setsid', 'sleep', '${marker}'])\ntime.sleep(60)`;
  const begun = await call("POST", inRoom("/runs/python"), { code, wait: false });
  const count = async () =>
    (await call("POST", inRoom("/exec"), { command: `pgrep -fc '[s]leep ${marker}'` }))["stdout"];
  await expect.poll(count, { timeout: 20_000, interval: 300 }).toBe("1\n");
  expect(await call("DELETE", inRoom(`/runs/${String(begun["id"])}`), {})).toEqual({
    wasRunning: true,
  });
  await expect.poll(count, { timeout: 20_000, interval: 300 }).toBe("0\n");
  await expect
    .poll(async () => (await call("GET", inRoom(`/runs/${String(begun["id"])}`), {}))["state"])
    .toBe("cancelled");
}, 120_000);
