import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "@/e2e/support/free-port";
import { ownUidBase, TestInstallation, until } from "@/e2e/support/installation";
import { checkNothingLost } from "./check-nothing-lost";
import { seededRandom } from "./seeded-random";
import { SoakedRoom } from "./soaked-room";

// Rounds of work, sleep, wake and kill -9 at random moments, in a seeded order, until the rounds or the time are over:
// WORKROOM_SOAK_SEED, WORKROOM_SOAK_ROUNDS, WORKROOM_SOAK_MINUTES.

const seed = Number(process.env["WORKROOM_SOAK_SEED"] ?? 1);
const rounds = Number(process.env["WORKROOM_SOAK_ROUNDS"] ?? 80);
const minutes = Number(process.env["WORKROOM_SOAK_MINUTES"] ?? 5);
const AGENT_LIMIT_MS = 20_000;
const END_LIMIT_MS = 240_000;
/** Longest wait before a kill: somewhere in a boot, a turn, or its end. */
const MOMENT_MS = 2_500;
const MAX_QUEUED = 3;
const MAX_COUNT = 3;

const random = seededRandom(seed);
const below = (limit: number) => Math.floor(random() * limit);
const someMoment = () => new Promise((resolve) => setTimeout(resolve, below(MOMENT_MS)));

let installation: TestInstallation;
let room: SoakedRoom;

async function queueMessages(): Promise<void> {
  const count = 1 + below(MAX_QUEUED);
  for (let i = 0; i < count; i += 1) await room.say(`Count to ${1 + below(MAX_COUNT)}`);
}

function kill(part: "web" | "host" | "postgres" | "engine.cjs" | "agent.cjs"): void {
  const isRoomPart = part === "engine.cjs" || part === "agent.cjs";
  const pid = isRoomPart ? room.programOf(part) : installation.findPid(part);
  process.stdout.write(`  kill -9 ${part} (${pid ?? "does not run"})\n`);
  if (pid !== null) process.kill(pid, "SIGKILL");
}

const killAtSomeMoment = (part: Parameters<typeof kill>[0]) => async () => {
  await queueMessages();
  await someMoment();
  kill(part);
};

const isAgentThere = async () => room.programOf("agent.cjs") !== null || (await room.isQuiet());

/** An agent lives while its chat has work, so this waits for one. */
async function killAgent(): Promise<void> {
  await queueMessages();
  await until("an agent works", isAgentThere, AGENT_LIMIT_MS);
  await someMoment();
  kill("agent.cjs");
}

async function killAllAtOnce(): Promise<void> {
  await queueMessages();
  await someMoment();
  for (const part of ["engine.cjs", "web", "host"] as const) kill(part);
}

async function uploadAndKill(): Promise<void> {
  const lines = Array.from({ length: 1 + below(2_000) }, () => `${below(1e9)},${below(1e9)}`);
  const upload = room.upload(`part-${room.files.size}.csv`, `a,b\n${lines.join("\n")}\n`);
  if (below(2) === 0) kill(below(2) === 0 ? "host" : "web");
  await upload;
}

async function sleep(): Promise<void> {
  await room.sleep();
  await room.untilState("sleeping");
  await until("nothing of the room runs", () => installation.roomPrograms().length === 0);
}

async function killInSleep(): Promise<void> {
  await room.sleep();
  await someMoment();
  kill(below(2) === 0 ? "host" : "web");
  await room.untilState("sleeping");
  await until("nothing of the room runs", () => installation.roomPrograms().length === 0);
}

async function restartAll(): Promise<void> {
  await queueMessages();
  await someMoment();
  await installation.stop(below(2) === 0 ? "SIGINT" : "SIGKILL");
  await installation.start();
}

const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  work: queueMessages,
  uploadAndKill,
  sleep,
  killInSleep,
  wake: () => room.wake(),
  killEngine: killAtSomeMoment("engine.cjs"),
  killAgent,
  killWeb: killAtSomeMoment("web"),
  killHost: killAtSomeMoment("host"),
  killDatabase: killAtSomeMoment("postgres"),
  killAllAtOnce,
  restartAll,
};

beforeAll(async () => {
  const port = await freePort();
  installation = new TestInstallation({ port, uidBase: ownUidBase() });
  await installation.start();
  room = await SoakedRoom.open(installation, port);
}, 120_000);

afterAll(async () => {
  await installation.stop();
  const left = installation.endLeftovers();
  installation.remove();
  if (left.length > 0) throw new Error(`Left running: ${left.join("\n")}`);
}, 120_000);

test(
  `seed ${seed}: every message has one turn, no event is missing or twice, every file is whole`,
  async () => {
    const names = Object.keys(acts);
    const deadline = Date.now() + minutes * 60_000;
    let round = 0;
    for (; round < rounds && Date.now() < deadline; round += 1) {
      const name = names[below(names.length)] ?? "work";
      process.stdout.write(`round ${round + 1}: ${name}\n`);
      await acts[name]?.();
    }
    expect(round).toBeGreaterThan(0);
    await room.untilQuiet(END_LIMIT_MS);
    await checkNothingLost(room);
    await sleep();
    await checkNothingLost(room);
  },
  minutes * 60_000 + END_LIMIT_MS + 240_000,
);
