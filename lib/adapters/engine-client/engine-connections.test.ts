import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ExecChunk } from "@/lib/protocol/engine";
import { makeEngineClient } from "./room-host-engine-client";

const EXIT = '{"type":"exit","exitCode":0,"signal":null,"isTimedOut":false}\n';
let dir: string;
let server: Server;
let commands: number;
let opened: string[];
let open: Set<Socket>;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "connections-"));
  [commands, opened, open] = [0, [], new Set()];
  answer = (response) => response.end(EXIT);
  server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().on("end", () => {
      commands += 1;
      answer(response);
    });
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(join(dir, "engine.sock"), resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

function openClient() {
  return makeEngineClient({
    connect: async (roomId) => {
      opened.push(roomId);
      return connect({ path: join(dir, "engine.sock"), allowHalfOpen: true });
    },
  });
}
async function exec(client: ReturnType<typeof openClient>, roomId = "wr_a"): Promise<ExecChunk[]> {
  const chunks: ExecChunk[] = [];
  const signal = new AbortController().signal;
  for await (const chunk of client.exec(roomId, { command: "true" }, signal)) chunks.push(chunk);
  return chunks;
}
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await settle();
}

test("calls of one room go out on one kept connection; another room never gets it", async () => {
  const client = openClient();
  for (let i = 0; i < 5; i += 1) {
    await exec(client);
    await settle();
  }
  expect(opened).toEqual(["wr_a"]);
  await exec(client, "wr_b");
  expect(opened).toEqual(["wr_a", "wr_b"]);
  expect(commands).toBe(6);
});

test.each(["end", "destroy"] as const)(
  "a kept connection that died (%s) is replaced, and the command runs once",
  async (how) => {
    const client = openClient();
    await exec(client);
    await settle();
    for (const socket of open) socket[how]();
    await until(() => open.size === 0);
    await settle();
    expect((await exec(client)).at(-1)).toMatchObject({ type: "exit", exitCode: 0 });
    expect([commands, opened.length]).toEqual([2, 2]);
  },
);

test("a kept connection that dies under a command is never asked again: it has run once, and its caller hears that", async () => {
  const client = openClient();
  await exec(client);
  await settle();
  answer = (response) => response.socket?.destroy();
  await expect(exec(client)).rejects.toMatchObject({ code: "unavailable" });
  await settle();
  expect([commands, opened.length]).toEqual([2, 1]);
});

test("a command whose caller goes away loses its connection, so that the engine ends it", async () => {
  const client = openClient();
  let hasEnded = false;
  answer = (response) => {
    response.on("close", () => (hasEnded = true));
    response.write('{"type":"stdout","text":"a"}\n');
  };
  for await (const chunk of client.exec("wr_a", { command: "yes" }, new AbortController().signal)) {
    expect(chunk).toMatchObject({ text: "a" });
    break;
  }
  await until(() => hasEnded);
  answer = (response) => response.end(EXIT);
  await exec(client);
  expect(opened).toHaveLength(2);
});
