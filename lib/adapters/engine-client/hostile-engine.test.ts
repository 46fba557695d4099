import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import type { StartTurn } from "@/lib/protocol/engine";
import { makeEngineClient } from "./room-host-engine-client";

// A room belongs to whoever works in it: what its engine answers may be anything.
const ROOM = "wr_00000000000000000000";
let dir: string;
let server: Server;
let sockets: WebSocketServer;
let answer: (response: ServerResponse) => void;
let frames: (string | Buffer)[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "hostile-"));
  server = createServer((_request, response) => answer(response));
  sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    for (const frame of frames) socket.send(frame);
  });
  await new Promise<void>((resolve) => server.listen(join(dir, "engine.sock"), resolve));
});
afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

const client = makeEngineClient({
  connect: () => Promise.resolve(connect(join(dir, "engine.sock"))),
});
const forever = () => new AbortController().signal;
async function readAll(list: AsyncIterable<unknown>): Promise<void> {
  for await (const item of list) void item;
}
const frame = (change: object) =>
  JSON.stringify({
    epoch: 1,
    n: 1,
    ts: "2026-01-01T00:00:00.000Z",
    chatId: "ch",
    turnId: null,
    type: "plan",
    data: {},
    ...change,
  });

describe("the engine client", () => {
  it.each([
    ["no JSON", "<html>"],
    ["another shape", '{"version":1}'],
    ["too much", `"${"x".repeat(3_000_000)}"`],
  ])("answers unavailable to a health of %s", async (_kind, body) => {
    answer = (response) => response.end(body);
    await expect(client.health(ROOM)).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each([
    ["no JSON", "hello"],
    ["a number that is none", frame({ n: "1; drop table" })],
    ["a time that is none", frame({ ts: "yesterday" })],
    ["too much", frame({ data: "x".repeat(1_100_000) })],
    ["bytes", Buffer.from([1, 2, 3])],
  ])("ends the events with unavailable at a frame of %s", async (_kind, body) => {
    frames = [frame({}), body];
    const seen: number[] = [];
    const read = async () => {
      for await (const { frame: received } of client.events(ROOM, 0, forever()))
        seen.push(received.n);
    };
    await expect(read()).rejects.toMatchObject({ code: "unavailable" });
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it("ends a command with unavailable when its stream lies or breaks off", async () => {
    for (const body of ['{"type":"exit"}\n', "nonsense\n", '{"type":"stdout","text":"a"}\n', ""]) {
      answer = (response) => response.end(body);
      await expect(
        readAll(client.exec(ROOM, { command: "true" }, forever())),
      ).rejects.toMatchObject({
        code: "unavailable",
      });
    }
  });

  it("takes no status but 202 for an accepted turn", async () => {
    for (const status of [200, 500, 302]) {
      answer = (response) => response.writeHead(status).end('{"message":"x"}');
      await expect(client.startTurn(ROOM, {} as StartTurn)).rejects.toMatchObject({
        code: "unavailable",
      });
    }
  });
});
