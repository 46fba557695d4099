import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { TurnEndReason } from "@/lib/protocol/events";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { sendMessage } from "../chat/send-message";
import { enterRoom, leaveRoom } from "../presence/enter-room";
import { systemContext } from "../system-context";
import { claimTurn } from "../turn/claim-turn";
import { endTurnIn } from "../turn/end-turn";
import { finishTurn } from "../turn/finish-turn";
import { createWorkroom } from "./create-workroom";
import { setState } from "./set-state";
import { viewWorkroom } from "./view-workroom";

type Person = Awaited<ReturnType<typeof addPerson>>;
let installation: Installation;
let ada: Person;
let ben: Person;
let room: { id: string; mainChatId: string };

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-attention-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ada = await addPerson(installation.ports);
  ben = await addPerson(installation.ports, { orgId: ada.orgId, role: "member" });
  room = await createWorkroom.run(ada, { isDraft: false, openness: "open" });
  await inOrg(ada.db, ada.orgId, (tx) =>
    tx.update(workrooms).set({ state: "active" }).where(eq(workrooms.id, room.id)),
  );
});

const job = () => systemContext(installation.ports, ada.orgId, "test");
const see = async (who: Person) => {
  const { attention, isUnread } = await viewWorkroom(who, room.id);
  return { attention, isUnread };
};

/** A whole turn of Ada's that ends so. */
async function turn(reason: TurnEndReason): Promise<void> {
  const chatId = room.mainChatId;
  const message = { chatId, text: "Go", attachments: [], idempotencyKey: newId("request") };
  await sendMessage.run(ada, message);
  const claimed = await claimTurn(job(), chatId);
  expect(await see(ada)).toEqual({ attention: null, isUnread: false });
  const end = { reason, message: null, inputTokens: null, outputTokens: null };
  await inOrg(ada.db, ada.orgId, (tx) => endTurnIn(tx, job(), claimed?.id ?? "", end));
  await finishTurn(job(), claimed?.id ?? "");
}

test("a turn's end is news to its author who is elsewhere, until they look into the room", async () => {
  await turn("done");
  expect(await see(ada)).toEqual({ attention: "done", isUnread: true });
  const socketId = newId("socket");
  await enterRoom(ada, { socketId, workroomId: room.id });
  expect(await see(ada)).toEqual({ attention: "done", isUnread: false });
  await leaveRoom(ada, { socketId, workroomId: room.id });
  await turn("failed");
  expect(await see(ada)).toEqual({ attention: "failed", isUnread: true });
});

test("it is no news to the author who watches, but to a colleague who has looked in before", async () => {
  const socketId = newId("socket");
  await enterRoom(ben, { socketId, workroomId: room.id });
  await leaveRoom(ben, { socketId, workroomId: room.id });
  await enterRoom(ada, { socketId: newId("socket"), workroomId: room.id });
  await turn("done");
  expect(await see(ada)).toEqual({ attention: "done", isUnread: false });
  expect(await see(ben)).toEqual({ attention: "done", isUnread: true });
});

test("a turn that a person has stopped is no news", async () => {
  await turn("cancelled");
  expect(await see(ada)).toEqual({ attention: null, isUnread: false });
});

test("a room that could not be started is news", async () => {
  await setState(job(), room.id, { state: "failed", failure: "No place." });
  expect(await see(ada)).toEqual({ attention: "failed", isUnread: true });
});
