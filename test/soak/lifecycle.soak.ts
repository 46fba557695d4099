import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Owner } from "@/bench/owner";
import { ownUidBase, TestInstallation, until } from "@/e2e/support/installation";

// Rounds of start, work, sleep, wake and kill in a seeded order: WORKROOM_SOAK_SEED, WORKROOM_SOAK_ROUNDS.

const seed = Number(process.env["WORKROOM_SOAK_SEED"] ?? 1);
const rounds = Number(process.env["WORKROOM_SOAK_ROUNDS"] ?? 25);
const ROUND_LIMIT_MS = 90_000;

type Room = { id: string; state: string; mainChatId: string };
type Turn = { id: string; state: string };
type Event = { seq: number };

function seededRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

let installation: TestInstallation;
let owner: Owner;
let room: Room;

const read = () => owner.api<Room>("GET", `/workrooms/${room.id}`);
const isBack = () =>
  read().then(
    () => true,
    () => false,
  );
const turnStates = async () =>
  (await owner.api<{ turns: Turn[] }>("GET", `/chats/${room.mainChatId}/turns`)).turns.map(
    ({ state }) => state,
  );

let messages = 0;
const say = (text: string) =>
  owner.api("POST", `/chats/${room.mainChatId}/messages`, {
    text,
    attachments: [],
    idempotencyKey: `soak-${++messages}`,
  });

const isQuiet = async () => {
  const states = await turnStates();
  return states.length === messages && !states.includes("running");
};

const killPart = (part: "web" | "host" | "postgres") => async () => {
  await say("Count to 2");
  process.kill(installation.pidOf(part), "SIGKILL");
  await until(`${part} is back`, isBack, ROUND_LIMIT_MS);
};

async function killEngine(): Promise<void> {
  await say("Count to 3");
  await until("the room runs", async () => (await read()).state === "active", ROUND_LIMIT_MS);
  const engine = installation
    .roomPrograms()
    .find(({ command }) => command.includes("engine.mjs") && !command.includes("tini"));
  if (engine) process.kill(engine.pid, "SIGKILL");
}

async function sleep(): Promise<void> {
  await until("nothing runs", isQuiet, ROUND_LIMIT_MS);
  await owner.api("POST", `/workrooms/${room.id}/sleep`);
  await until("the room sleeps", async () => (await read()).state === "sleeping", ROUND_LIMIT_MS);
  expect(installation.roomPrograms()).toEqual([]);
}

async function restartAll(): Promise<void> {
  await installation.stop(messages % 2 === 0 ? "SIGINT" : "SIGKILL");
  await installation.start();
  await until("the product is back", isBack, ROUND_LIMIT_MS);
}

const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  work: () => say("Count to 1"),
  sleep,
  wake: () => owner.api("POST", `/workrooms/${room.id}/wake`),
  killEngine,
  killWeb: killPart("web"),
  killHost: killPart("host"),
  killDatabase: killPart("postgres"),
  restartAll,
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  installation = new TestInstallation({ port, uidBase: ownUidBase() });
  await installation.start();
  owner = new Owner({ host: "127.0.0.1", port }, new URL(installation.origin));
  await owner.setUp(installation.setupLink);
  room = await owner.api<Room>("POST", "/workrooms", { title: "Soak", idempotencyKey: "soak" });
}, 120_000);

afterAll(async () => {
  await installation.stop();
  const left = installation.endLeftovers();
  installation.remove();
  if (left.length > 0) throw new Error(`Left running: ${left.join("\n")}`);
}, 120_000);

test(
  `${rounds} rounds of seed ${seed}: every message gets its turn, no event is missing or twice`,
  async () => {
    const random = seededRandom(seed);
    const names = Object.keys(acts);
    for (let round = 0; round < rounds; round++) {
      const name = names[Math.floor(random() * names.length)] ?? "work";
      process.stdout.write(`round ${round + 1}: ${name}\n`);
      await acts[name]?.();
    }
    await until("every message has had its turn", isQuiet, 5 * ROUND_LIMIT_MS);
    const { events } = await owner.api<{ events: Event[] }>(
      "GET",
      `/chats/${room.mainChatId}/events?after=0&limit=1000`,
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  },
  rounds * ROUND_LIMIT_MS,
);
