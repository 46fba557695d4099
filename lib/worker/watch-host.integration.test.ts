import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { chats, modelUsage, turns, workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import { addPerson, openInstallation } from "@/test/installation";
import { watchHost } from "./watch-host";

const [roomId, turnId] = [newId("workroom"), newId("turn")];

/** A host that kept one answered model call of its life before. */
async function openWithUsage(inputTokens: number) {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-watch-"));
  mkdirSync(join(dataDir, "host"));
  const call = { provider: "openai-compatible", modelId: "m-1", outputTokens: 5 };
  const event = { type: "model_usage", roomId, turnId, ...call, inputTokens, costMicroUsd: 400 };
  const line = JSON.stringify({ hostId: "earlier", n: 7, event });
  writeFileSync(join(dataDir, "host", "events.ndjson"), `${line}\n`);
  const provisioner = createFakeProvisioner({ dataDir });
  const installation = await openInstallation({ dataDir, provisioner });
  const ctx = await addPerson(installation.ports);
  await addTurn(ctx, ctx.actor.userId);
  return { installation, ctx };
}

async function addTurn(ctx: Context, userId: string): Promise<void> {
  const { orgId } = ctx;
  const chatId = newId("chat");
  await inOrg(ctx.db, orgId, async (tx) => {
    const room = { id: roomId, orgId, title: "Room", createdBy: userId, previewKey: roomId };
    await tx.insert(workrooms).values({ ...room, desiredState: "sleeping" });
    const chat = { id: chatId, orgId, workroomId: roomId, title: "Chat", createdBy: userId };
    await tx.insert(chats).values(chat);
    const turn = { id: turnId, orgId, chatId, workroomId: roomId, messageId: "m", epoch: 1 };
    const model = { modelKeyId: "mk_1", employeeLabel: "Model" };
    await tx.insert(turns).values({ ...turn, ...model, state: "done" });
  });
}

const bookedIn = (ctx: Context) =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(modelUsage).where(eq(modelUsage.turnId, turnId)),
  );
const costIn = async (ctx: Context) => {
  const [turn] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(turns).where(eq(turns.id, turnId)),
  );
  return turn?.costMicroUsd;
};

test("a model call that could not be booked comes again until it is, and counts once", async () => {
  const { installation, ctx } = await openWithUsage(10);
  onTestFinished(() => installation.close());
  const owner = new Client(installation.database.ownerUrl);
  await owner.connect();
  await owner.query(`create function refuse() returns trigger language plpgsql as
    $$ begin perform nextval('refused'); raise exception 'no space left'; end $$`);
  await owner.query("create sequence refused");
  await owner.query("grant usage on sequence refused to public");
  await owner.query(
    "create trigger refuse before insert on model_usage for each row execute function refuse()",
  );
  const watch = watchHost(installation.ports, createLog("test", "silent"));
  onTestFinished(() => watch.stop());
  const refused = async () => {
    const { rows } = await owner.query(
      "select case when is_called then last_value else 0 end as n from refused",
    );
    return Number(rows[0].n);
  };
  await expect.poll(refused, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(await bookedIn(ctx)).toEqual([]);

  await owner.query("drop trigger refuse on model_usage");
  await owner.end();
  await expect.poll(() => bookedIn(ctx), { timeout: 20_000 }).toMatchObject([{ id: "earlier:7" }]);
  expect(await costIn(ctx)).toBe(400);
});

test("a count that no column holds is booked as the largest one, and holds up nothing", async () => {
  const { installation, ctx } = await openWithUsage(9_000_000_000);
  onTestFinished(() => installation.close());
  const watch = watchHost(installation.ports, createLog("test", "silent"));
  onTestFinished(() => watch.stop());
  await expect
    .poll(() => bookedIn(ctx), { timeout: 20_000 })
    .toMatchObject([{ inputTokens: 2_147_483_647 }]);
});
