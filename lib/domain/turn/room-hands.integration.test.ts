import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { messages, turns, workrooms } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { createChat } from "../chat/create-chat";
import { listQueue } from "../chat/list-queue";
import { removeMessage } from "../chat/remove-message";
import { sendMessage } from "../chat/send-message";
import { putShare } from "../share/put-share";
import { removeShare } from "../share/remove-share";
import { systemContext } from "../system-context";
import { createWorkroom } from "../workroom/create-workroom";
import { viewWorkroom } from "../workroom/view-workroom";
import { claimTurn } from "./claim-turn";
import { endTurnIn } from "./end-turn";
import { finishTurn } from "./finish-turn";

type Person = Awaited<ReturnType<typeof addPerson>>;
let installation: Installation;
let ada: Person;
let ben: Person;
let workroomId: string;
let chats: [string, string, string];

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-hands-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());

beforeEach(async () => {
  ada = await addPerson(installation.ports);
  ben = await addPerson(installation.ports, { role: "member", orgId: ada.orgId });
  const room = await createWorkroom.run(ada, { isDraft: false });
  workroomId = room.id;
  const subject = ben.actor.userId;
  await putShare.run(ada, { workroomId, subject, access: "edit" });
  const more = [];
  for (const title of ["Ben's", "Third"])
    more.push(await createChat.run(ada, { workroomId, title }));
  chats = [room.mainChatId, more[0]?.id ?? "", more[1]?.id ?? ""];
  await inOrg(ada.db, ada.orgId, (tx) =>
    tx.update(workrooms).set({ state: "active" }).where(eq(workrooms.id, workroomId)),
  );
});

const job = () => systemContext(installation.ports, ada.orgId, "test");
const send = (who: Person, chatId: string, text = "Go") =>
  sendMessage.run(who, { chatId, text, attachments: [], idempotencyKey: newId("request") });
const claim = (chatId: string) => claimTurn(job(), chatId);
const openTurns = () =>
  inOrg(ada.db, ada.orgId, (tx) =>
    tx
      .select()
      .from(turns)
      .where(and(eq(turns.workroomId, workroomId), isNull(turns.finishedAt))),
  );
const principals = async () => new Set((await openTurns()).map((turn) => turn.principalId));

async function end(turnId: string): Promise<void> {
  const done = { reason: "done", message: null, inputTokens: null, outputTokens: null } as const;
  await inOrg(ada.db, ada.orgId, (tx) => endTurnIn(tx, job(), turnId, done));
  await finishTurn(job(), turnId);
}

describe("a room that two people work in", () => {
  test("has one person's hands at a time, and the other's message starts when the turn has ended", async () => {
    await send(ada, chats[0]);
    const first = await claim(chats[0]);
    expect(first?.principalId).toBe(ada.actor.userId);
    await send(ben, chats[1]);
    expect(await claim(chats[1])).toBeNull();
    expect((await viewWorkroom(ben, workroomId)).actingAs?.id).toBe(ada.actor.userId);
    expect((await listQueue.run(ben, { chatId: chats[1] })).messages).toHaveLength(1);
    await end(first?.id ?? "");
    expect((await claim(chats[1]))?.principalId).toBe(ben.actor.userId);
    expect(await principals()).toEqual(new Set([ben.actor.userId]));
  });

  test("waits until the other's turn is saved, not only over", async () => {
    await send(ada, chats[0]);
    const first = await claim(chats[0]);
    const over = { reason: "done", message: null, inputTokens: null, outputTokens: null } as const;
    await inOrg(ada.db, ada.orgId, (tx) => endTurnIn(tx, job(), first?.id ?? "", over));
    await send(ben, chats[1]);
    expect(await claim(chats[1])).toBeNull();
    await finishTurn(job(), first?.id ?? "");
    expect(await claim(chats[1])).not.toBeNull();
  });

  test("lets chats of one person run side by side", async () => {
    await send(ada, chats[0]);
    await send(ada, chats[2]);
    expect(await claim(chats[0])).not.toBeNull();
    expect(await claim(chats[2])).not.toBeNull();
    expect(await openTurns()).toHaveLength(2);
  });

  test("never lets a person's next message pass the one that waits longer", async () => {
    await send(ada, chats[0]);
    const first = await claim(chats[0]);
    await send(ben, chats[1]);
    await send(ada, chats[2]);
    expect(await claim(chats[2])).toBeNull();
    await end(first?.id ?? "");
    expect(await claim(chats[2])).toBeNull();
    expect((await claim(chats[1]))?.principalId).toBe(ben.actor.userId);
  });

  test("goes on when the message that others waited for is taken back", async () => {
    await send(ada, chats[0]);
    const first = await claim(chats[0]);
    const waiting = await send(ben, chats[1]);
    await send(ada, chats[2]);
    expect(await claim(chats[2])).toBeNull();
    await removeMessage.run(ben, { chatId: chats[1], messageId: waiting.id });
    expect((await claim(chats[2]))?.principalId).toBe(ada.actor.userId);
    expect(first?.principalId).toBe(ada.actor.userId);
  });

  test("never has two people's hands, however twenty dispatches race", async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const [index, chatId] of chats.entries()) await send(index === 1 ? ben : ada, chatId);
      const raced = await Promise.all(
        Array.from({ length: 20 }, (_, index) => claim(chats[index % 3] ?? "")),
      );
      expect(raced.some((turn) => turn !== null)).toBe(true);
      expect((await principals()).size).toBe(1);
      for (let turn = (await openTurns())[0]; turn; turn = (await openTurns())[0]) {
        await end(turn.id);
        await Promise.all(chats.map(claim));
        expect((await principals()).size).toBeLessThanOrEqual(1);
      }
    }
    const queued = await inOrg(ada.db, ada.orgId, (tx) =>
      tx.$count(messages, and(eq(messages.workroomId, workroomId), eq(messages.state, "queued"))),
    );
    expect(queued).toBe(0);
  });

  test("drops the waiting message of somebody whose share was taken back, and what waited behind goes on", async () => {
    await send(ada, chats[0]);
    const first = await claim(chats[0]);
    await send(ben, chats[1]);
    await send(ada, chats[2]);
    await removeShare.run(ada, { workroomId, subject: ben.actor.userId });
    await end(first?.id ?? "");
    expect(await claim(chats[1])).toBeNull();
    expect((await listQueue.run(ada, { chatId: chats[1] })).messages).toEqual([]);
    expect((await claim(chats[2]))?.principalId).toBe(ada.actor.userId);
  });
});
