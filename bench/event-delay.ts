import { readFileSync } from "node:fs";
import { createServer, get, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Client } from "pg";
import WebSocket from "ws";
import type { Owner } from "./owner";
import { pause } from "./programs";
import { interleaved, median, type Row } from "./rows";

type ChatEvent = { ts: string; source: string; type: string; data: unknown };
const POSTS_A_ROUND = 20;

/** The live socket of a page: resolves events of one chat with the time they arrived. */
async function openLive(owner: Owner, port: number, chatId: string) {
  const { ticket } = await owner.api<{ ticket: string }>("POST", "/tickets", { purpose: "live" });
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/live`, { headers: owner.headers });
  const seen: { event: ChatEvent; arrivedAt: number }[] = [];
  socket.on("message", (text) => {
    const arrivedAt = Date.now();
    const message = JSON.parse(String(text)) as { type: string; events?: ChatEvent[] };
    if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
    for (const event of message.events ?? []) seen.push({ event, arrivedAt });
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send(JSON.stringify({ type: "hello", ticket }));
  socket.send(JSON.stringify({ type: "subscribe_chat", chatId, after: 0 }));
  return { seen, close: () => socket.close() };
}

/** One scripted turn; the median delay from the engine's own clock to the page's socket, over its single events. */
async function turnDelay(
  owner: Owner,
  chatId: string,
  seen: { event: ChatEvent; arrivedAt: number }[],
  round: number,
) {
  const from = seen.length;
  await owner.api("POST", `/chats/${chatId}/messages`, {
    text: "Build me a dashboard of these sales",
    attachments: ["input/sales.csv"],
    idempotencyKey: `bench-${Date.now()}-${round}`,
  });
  const isOver = () => seen.slice(from).some(({ event }) => event.type === "engine/turn_ended");
  const deadline = Date.now() + 120_000;
  while (!isOver()) {
    if (Date.now() > deadline) throw new Error("The turn did not end.");
    await pause(20);
  }
  // Chunks are gathered for some milliseconds on purpose, so single events tell the delay of the path.
  const single = seen
    .slice(from)
    .filter(({ event }) => /^(plan|tool_call|tool_call_update)$/.test(event.type));
  return median(single.map(({ event, arrivedAt }) => arrivedAt - Date.parse(event.ts)));
}

/** A server that commits one row for each POST and then writes it to an open event stream. */
async function openPeer(dataDir: string) {
  const password = readFileSync(path.join(dataDir, "pg/owner-password"), "utf8").trim();
  const socketDir = path.join(dataDir, "pg/run");
  const client = new Client({ host: socketDir, user: "postgres", password, database: "postgres" });
  await client.connect();
  await client.query("create table if not exists bench_peer (id bigserial primary key, body text)");
  let stream: ServerResponse | null = null;
  const server = createServer(async (asked, answer) => {
    if (asked.method === "GET") {
      stream = answer;
      answer.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      return;
    }
    let body = "";
    for await (const part of asked) body += String(part);
    await client.query("insert into bench_peer (body) values ($1)", [body]);
    stream?.write(`data: ${body}\n\n`);
    answer.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  let arrived: () => void = () => undefined;
  await new Promise<void>((resolve) =>
    get({ host: "127.0.0.1", port }, (answer) => {
      answer.on("data", () => arrived());
      resolve();
    }),
  );
  const post = () =>
    new Promise<number>((resolve, reject) => {
      const startedAt = performance.now();
      arrived = () => resolve(performance.now() - startedAt);
      request({ host: "127.0.0.1", port, method: "POST" }).on("error", reject).end("x".repeat(300));
    });
  return {
    post,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await client.query("drop table bench_peer");
      await client.end();
    },
  };
}

export async function eventDelay(
  owner: Owner,
  place: { port: number; dataDir: string; chatId: string },
  rounds: number,
): Promise<Row> {
  const live = await openLive(owner, place.port, place.chatId);
  const peer = await openPeer(place.dataDir);
  let round = 0;
  const sides = await interleaved(
    rounds,
    () => turnDelay(owner, place.chatId, live.seen, round++),
    async () => {
      const delays: number[] = [];
      for (let post = 0; post < POSTS_A_ROUND; post++) delays.push(await peer.post());
      return median(delays);
    },
  );
  live.close();
  await peer.close();
  return {
    name: "event, stored first, to the browser / POST, commit, SSE",
    unit: "ms",
    ...sides,
    goal: 2,
  };
}
