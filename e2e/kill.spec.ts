import { expect } from "@playwright/test";
import { freePort } from "./support/free-port";
import { ownUidBase, programTree, TestInstallation, until } from "./support/installation";
import {
  exec,
  lastTurn,
  makeRoom,
  readEvents,
  readRoom,
  type Room,
  sendMessage,
} from "./support/rooms";
import { type SignedUp, signUp } from "./support/sign-up";
import { tidyTest as test } from "./support/tidy-test";

// An installation of its own: everything in it is killed. Any part may die at any moment and nothing is lost.

test.describe.configure({ mode: "serial", timeout: 120_000 });

let installation: TestInstallation;
let signed: SignedUp;
let room: Room;

const healthy = async () => {
  const answer = await signed.api
    .call("GET", `/workrooms/${room.id}`)
    .then(({ status }) => status === 200)
    .catch(() => false);
  return answer;
};

/** A turn that counts for a minute, seen to count. */
async function startCounting(): Promise<string> {
  await sendMessage(signed.api, room.mainChatId, "Count to 60");
  await expect
    .poll(async () => (await lastTurn(signed.api, room.mainChatId))?.state, { timeout: 30_000 })
    .toBe("running");
  const turn = await lastTurn(signed.api, room.mainChatId);
  await until("the employee counts", async () => {
    const events = await readEvents(signed.api, room.mainChatId);
    return events.some(({ turnId, type }) => turnId === turn?.id && type === "tool_call");
  });
  return turn?.id ?? "";
}

/** The program of the room itself, not the one that reaps or wraps it. */
function roomProgram(name: string): number {
  const found = installation
    .roomPrograms()
    .find(({ command }) => command.includes(name) && !/tini|bwrap|setpriv/.test(command));
  if (!found) throw new Error(`${name} does not run.`);
  return found.pid;
}

const stateOf = async (turnId: string) => {
  const { turns } = await signed.api.ask<{ turns: { id: string; state: string }[] }>(
    "GET",
    `/chats/${room.mainChatId}/turns`,
  );
  return turns.find(({ id }) => id === turnId)?.state;
};

async function stopTurn(turnId: string): Promise<void> {
  await signed.api.ask("POST", `/chats/${room.mainChatId}/stop`, {});
  await expect.poll(() => stateOf(turnId), { timeout: 30_000 }).not.toBe("running");
}

async function seqsHaveNoGap(): Promise<void> {
  const seqs = (await readEvents(signed.api, room.mainChatId)).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000); // The limit of the journeys is not that of what they start with.
  installation = new TestInstallation({ port: await freePort(), uidBase: ownUidBase() });
  await installation.start();
  signed = await signUp(browser, installation);
  room = await makeRoom(signed.api, "To be killed");
  await exec(signed.api, room.id, "echo kept > /workspace/output/kept.txt");
});

test.afterAll(async () => {
  await installation.stop();
  const left = installation.endLeftovers();
  installation.remove();
  await signed?.context.close();
  expect(left).toEqual([]);
});

test("kill -9 of the web in mid-turn: the turn goes on, nothing is missing, nothing is twice", async () => {
  const turnId = await startCounting();
  process.kill(installation.pidOf("web"), "SIGKILL");
  await until("the web is back", healthy);
  expect(await stateOf(turnId)).toBe("running");
  const before = (await readEvents(signed.api, room.mainChatId)).length;
  await until(
    "events go on",
    async () => (await readEvents(signed.api, room.mainChatId)).length > before,
  );
  await stopTurn(turnId);
  await seqsHaveNoGap();
});

test("kill -9 of the host in mid-turn: the next host adopts the room and the turn goes on", async () => {
  const engine = () =>
    installation.roomPrograms().find(({ command }) => command.includes("engine.cjs"))?.pid;
  const before = engine();
  const turnId = await startCounting();
  process.kill(installation.pidOf("host"), "SIGKILL");
  await until("the host is back", async () => {
    try {
      return (await exec(signed.api, room.id, "echo up")).stdout === "up\n";
    } catch {
      return false;
    }
  });
  expect(engine()).toBe(before);
  expect(await stateOf(turnId)).toBe("running");
  await stopTurn(turnId);
  await seqsHaveNoGap();
});

test("kill -9 of the agent in mid-turn: the turn says interrupted, the next message is answered", async () => {
  const turnId = await startCounting();
  process.kill(roomProgram("agent.cjs"), "SIGKILL");
  await expect.poll(() => stateOf(turnId), { timeout: 30_000 }).toMatch(/interrupted|failed/);
  await sendMessage(signed.api, room.mainChatId, "Count to 1");
  await expect
    .poll(async () => (await lastTurn(signed.api, room.mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
});

test("kill -9 of the engine in mid-turn: the turn says interrupted, files stay, the next message wakes the room", async () => {
  const turnId = await startCounting();
  process.kill(roomProgram("engine.cjs"), "SIGKILL");
  await expect.poll(() => stateOf(turnId), { timeout: 30_000 }).toBe("interrupted");
  await sendMessage(signed.api, room.mainChatId, "Count to 1");
  await expect
    .poll(async () => (await lastTurn(signed.api, room.mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
  expect((await exec(signed.api, room.id, "cat /workspace/output/kept.txt")).stdout).toBe("kept\n");
  await seqsHaveNoGap();
});

test("kill -9 of the database: the product comes back by itself", async () => {
  process.kill(installation.pidOf("postgres"), "SIGKILL");
  await until("the product answers", healthy);
  expect((await readRoom(signed.api, room.id)).title).toBe("To be killed");
});

test("a second start on the same folder refuses in one line", async () => {
  const second = new TestInstallation({
    port: await freePort(),
    uidBase: ownUidBase(),
    dataDir: installation.dataDir,
  });
  await expect(second.start()).rejects.toThrow(/Workroom already runs on .* \(pid \d+\)/);
  expect(await healthy()).toBe(true);
});

test("kill -9 of everything's parent in mid-turn: its children end, and the next start goes on", async () => {
  const turnId = await startCounting();
  const children = programTree(installation.pid).filter(({ pid }) => pid !== installation.pid);
  const ours = children.filter(({ command }) => /server\.mjs|host\.mjs|postgres -D/.test(command));
  expect(ours.length).toBeGreaterThanOrEqual(3);
  await installation.stop("SIGKILL");
  const alive = () =>
    installation.leftovers().filter((one) => ours.some(({ pid }) => pid === one.pid));
  await until("web, host and database have ended", () => alive().length === 0, 10_000);

  const startedAt = Date.now();
  await installation.start();
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  expect(installation.output).not.toContain("/setup?token=");
  await until("the product answers", healthy);
  await expect.poll(() => stateOf(turnId), { timeout: 30_000 }).toMatch(/running|interrupted/);
  if ((await stateOf(turnId)) === "running") await stopTurn(turnId);
  await sendMessage(signed.api, room.mainChatId, "Count to 1");
  await expect
    .poll(async () => (await lastTurn(signed.api, room.mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
  expect((await exec(signed.api, room.id, "cat /workspace/output/kept.txt")).stdout).toBe("kept\n");
});

test("Ctrl-C puts the rooms to sleep and leaves nothing running; the next start finds them asleep", async () => {
  await installation.stop("SIGINT");
  expect(installation.leftovers()).toEqual([]);
  await installation.start();
  await until("the product answers", healthy);
  expect((await readRoom(signed.api, room.id)).state).toBe("sleeping");
});
