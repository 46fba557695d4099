import { readFileSync, rmSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EngineFrame, StartTurn } from "@/lib/protocol/engine";
import { TurnEnded } from "@/lib/protocol/events";
import {
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
  type Sandboxes,
} from "@/test/sandbox/sandbox-fixture";
import { makeSales, salesCsv, sumRevenueCents } from "../examples/sales";
import { spokenText } from "../test/engine/start-engine";

// The engine in a real room: what it starts is the agent's, with none of its own rights.
let runtimeDir: string;
let sandboxes: Sandboxes;
const roomId = newRoomId();

beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
  sandboxes = openSandboxes({ runtimeDir });
  await sandboxes.start(roomId);
});
afterAll(async () => {
  await sandboxes.close();
  rmSync(runtimeDir, { recursive: true, force: true });
});

const output = async (command: string) => (await sandboxes.run(roomId, command)).output;

let turns = 0;
function turn(words: string, more: Partial<StartTurn> = {}): StartTurn {
  turns += 1;
  return {
    turnId: `trn_${turns}`,
    chatId: "ch_room",
    agent: "builtin",
    model: { kind: "scripted" },
    agentSessionId: null,
    history: [],
    cwd: "/workspace",
    text: words,
    attachments: [],
    timeoutMs: 60_000,
    ...more,
  };
}
async function frames(isLast: (frame: EngineFrame) => boolean): Promise<EngineFrame[]> {
  const seen: EngineFrame[] = [];
  const done = new AbortController();
  for await (const { frame } of sandboxes.client.events(roomId, 0, done.signal)) {
    seen.push(frame);
    if (isLast(frame)) done.abort();
  }
  return seen;
}
async function run(request: StartTurn): Promise<EngineFrame[]> {
  await sandboxes.client.startTurn(roomId, request);
  const isEnd = ({ type, turnId }: EngineFrame) =>
    type === "engine/turn_ended" && turnId === request.turnId;
  return (await frames(isEnd)).filter(({ turnId }) => turnId === request.turnId);
}
const endOf = (seen: EngineFrame[]) => TurnEnded.parse(seen.at(-1)?.data);

test("a command runs as the agent: no capability, no new privileges, no group, first to end without memory", async () => {
  const status = await output("cat /proc/self/status; cat /proc/self/oom_score_adj");
  expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
  expect(status).toMatch(/^Gid:\t1000\t1000\t1000\t1000$/m);
  expect(status).toMatch(/^Groups:\t\s*$/m);
  for (const kind of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) {
    expect(status).toMatch(new RegExp(`^${kind}:\t0+$`, "m"));
  }
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(/^Seccomp:\t2$/m);
  expect(status).toMatch(/^500$/m);
});

test("the agent's side can neither see into the engine nor end it", async () => {
  const engine = "$(pgrep -o -u 0 -f engine.cjs)";
  expect(await output(`kill -9 ${engine} 2>&1; echo $?`)).toMatch(/not permitted[\s\S]*1$/m);
  expect(await output(`cat /proc/${engine}/environ 2>&1`)).toMatch(/denied/);
  expect(await output("ls /run/engine /var/lib/engine 2>&1")).toMatch(/denied[\s\S]*denied/);
  expect(
    await output("curl -s --unix-socket /run/engine/engine.sock http://e/turns; echo $?"),
  ).not.toBe("0\n");
});

test("from the room, the engine's port is for tools only", async () => {
  const script = `for m in GET POST PUT DELETE PATCH; do for p in turns turns/trn_1/cancel exec events terminals/a ports probe connect/80 model '' '..%2fturns' model/../turns; do
    curl -s -o /dev/null -w '%{http_code} ' --path-as-is -X $m http://127.0.0.1:3737/$p; done; done`;
  expect(new Set((await output(script)).trim().split(/\s+/))).toEqual(new Set(["404"]));
  const model =
    "curl -s -o /dev/null -w '%{http_code}' -X POST -H 'x-api-key: guess' -d '{}' http://127.0.0.1:3737/model/messages";
  expect(await output(model)).toBe("401");
});

test("the demo employee makes a dashboard of a given file, and its preview is found and reached", async () => {
  const sales = makeSales(2_000);
  const { root } = await sandboxes.provisioner.attach(roomId);
  const input = join(root, "input/sales.csv");
  writeFileSync(input, salesCsv(sales));
  chmodSync(input, 0o644);
  const seen = await run(
    turn("Build me a dashboard", { attachments: ["/workspace/input/sales.csv"] }),
  );
  expect(endOf(seen)).toMatchObject({ reason: "done" });
  const html = readFileSync(join(root, "output/dashboard/index.html"), "utf8");
  const total = /data-testid="total-revenue" data-value="([^"]+)"/.exec(html)?.[1];
  expect(Math.round(Number(total) * 100)).toBe(sumRevenueCents(sales));

  const socket = await sandboxes.provisioner.connect(roomId, 8000);
  socket.end("GET / HTTP/1.0\r\n\r\n");
  expect(await text(socket)).toContain(html);
  const listed = await output(`true`).then(() => listPorts());
  expect(listed).toEqual([
    { port: 8000, program: expect.stringMatching(/^python3.* -m http\.server 8000/) },
  ]);
});

async function listPorts(): Promise<unknown[]> {
  const { EngineConnections } = await import("@/lib/adapters/engine-client/engine-connections");
  const { sendToEngine } = await import("@/lib/adapters/engine-client/engine-http");
  const connections = new EngineConnections(sandboxes.provisioner);
  const response = await sendToEngine(connections, roomId, {
    method: "GET",
    path: "/ports",
    timeoutMs: 5_000,
  });
  return (JSON.parse(await text(response)) as { ports: unknown[] }).ports;
}

test("a terminal is the agent's own: its device can be opened again by name", async () => {
  const terminal = await sandboxes.client.terminal(roomId, "trm_room", { cols: 100, rows: 30 });
  terminal.bytes.write(
    "id -u; stty size; echo again > $(tty); script -qec 'echo in a script' /dev/null; exit\n",
  );
  const shown = await text(terminal.bytes);
  expect(shown).toMatch(/^1000\r$/m);
  expect(shown).toMatch(/^30 100\r$/m);
  expect(shown).toMatch(/^again\r$/m);
  expect(shown).toMatch(/^in a script\r$/m);
});

test("what people gave is read-only to the employee's tools", async () => {
  expect(await output("echo x >> /workspace/input/sales.csv; echo $?")).toMatch(/Read-only|denied/);
});

test("a turn that a stop of the room cuts is interrupted, and the chat goes on in the next life", async () => {
  await sandboxes.client.startTurn(roomId, turn("count to 300", { chatId: "ch_cut" }));
  const before = await frames(
    ({ data, chatId }) => chatId === "ch_cut" && JSON.stringify(data).includes('"1\\n'),
  );
  const session = before.find(
    ({ type, chatId }) => type === "engine/agent_session" && chatId === "ch_cut",
  );
  const agentSessionId = (session!.data as { agentSessionId: string }).agentSessionId;
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.start(roomId, { epoch: 2 });
  const after = await frames(
    ({ type, chatId }) => type === "engine/turn_ended" && chatId === "ch_cut",
  );
  expect(endOf(after)).toMatchObject({ reason: "interrupted" });
  expect(after.filter(({ epoch }) => epoch === 1)).toHaveLength(before.length);
  const next = await run(turn("what do you remember?", { chatId: "ch_cut", agentSessionId }));
  expect(spokenText(next)).toContain("count to 300");
});
