import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { auditEntries, modelKeys, orgs, turns, workrooms } from "@/lib/db/schema";
import type { StartTurn } from "@/lib/protocol/engine";
import type { HostInput } from "@/lib/protocol/host";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { sendMessage } from "../chat/send-message";
import type { Context } from "../context";
import { dispatchTurn } from "../turn/dispatch-turn";
import { recordUsage } from "../turn/record-usage";
import { createWorkroom } from "../workroom/create-workroom";
import { makeDefaultModel, removeModelKey } from "./change-model-key";
import { connectModelKey } from "./connect-model-key";
import { listModelKeys } from "./list-model-keys";

const KEY = "sk-right-key-1234";
let installation: Installation;
let provider: Server;
let baseUrl: string;
let ctx: Context;

beforeAll(async () => {
  provider = createServer((request, response) => {
    const isRight = request.headers.authorization === `Bearer ${KEY}`;
    const error = { error: { message: "Incorrect API key provided." } };
    response.writeHead(isRight ? 200 : 401).end(JSON.stringify(isRight ? {} : error));
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const { port } = provider.address() as AddressInfo;
  baseUrl = `http://127.0.0.1:${port}/v1`;
  const dataDir = mkdtempSync(join(tmpdir(), "wr-models-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    allowedEndpoints: [`127.0.0.1:${port}`],
  });
});
afterAll(async () => {
  provider.close();
  await installation.close();
});
beforeEach(async () => {
  ctx = await addPerson(installation.ports);
});

const connect = (change: Partial<Parameters<typeof connectModelKey.run>[1]> = {}) =>
  connectModelKey.run(ctx, {
    provider: "openai-compatible",
    label: "Mine",
    modelId: "m-1",
    baseUrl,
    apiKey: KEY,
    monthlyCapMicroUsd: null,
    ...change,
  });
const keyRows = () => inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(modelKeys));

describe("connecting a model", () => {
  test("a wrong key is told in the provider's words and nothing is kept", async () => {
    await expect(connect({ apiKey: "sk-wrong" })).rejects.toThrow(
      "The provider did not accept this key. It said: “Incorrect API key provided.”",
    );
    expect(await keyRows()).toEqual([]);
  });

  test("a private address that the operator didn't allow is refused", async () => {
    await expect(connect({ baseUrl: "http://127.0.0.1:1/v1" })).rejects.toThrow(
      "WORKROOM_ALLOWED_PRIVATE_ENDPOINTS",
    );
  });

  test("the key is sealed, shown by its last four, and stands in no audit row", async () => {
    const view = await connect();
    expect(view).toMatchObject({ isDefault: true, lastFour: "1234", spentMicroUsd: 0 });
    const stored = await inOrg(ctx.db, ctx.orgId, async (tx) => [
      await tx.select().from(modelKeys),
      await tx.select().from(auditEntries),
    ]);
    expect(JSON.stringify([stored, view, await listModelKeys.run(ctx, {})])).not.toContain(KEY);
    const [row] = await keyRows();
    expect(ctx.secrets.open(row!.secretBox, row!.id)).toBe(KEY);
  });

  test("the default moves on when its model is removed, and nothing of the key stays", async () => {
    const first = await connect();
    const second = await connect({ label: "Second" });
    await makeDefaultModel.run(ctx, { modelKeyId: second.id });
    await removeModelKey.run(ctx, { modelKeyId: second.id });
    const { keys } = await listModelKeys.run(ctx, {});
    expect(keys).toMatchObject([{ id: first.id, isDefault: true }]);
    const rows = await keyRows();
    expect(rows.find((row) => row.id === second.id)).toMatchObject({ secretBox: "", lastFour: "" });
  });
});

test("a model of the machine is offered to the organisation that set the product up, and to no other", async () => {
  const first = { createdAt: new Date(0) };
  await inSystem(ctx.db, (tx) => tx.update(orgs).set(first).where(eq(orgs.id, ctx.orgId)));
  const settings = { ...ctx.settings, environmentKeys: { OPENAI_API_KEY: "sk-operator" } };
  const found = { detectedId: "env:OPENAI_API_KEY", provider: "openai", modelId: "m" } as const;
  const asked = { ...found, label: "", monthlyCapMicroUsd: null };
  const others = { ...(await addPerson(ctx)), settings };
  expect(await listModelKeys.run({ ...ctx, settings }, {})).toMatchObject({
    detected: [{ id: "env:OPENAI_API_KEY" }],
  });
  expect(await listModelKeys.run(others, {})).toMatchObject({ detected: [] });
  await expect(connectModelKey.run(others, asked)).rejects.toMatchObject({ code: "not_found" });
});

describe("a turn with a model", () => {
  /** A room that is awake, with an engine and host that take everything, and what they were given. */
  async function openTurn() {
    const room = await createWorkroom.run(ctx, { isDraft: false });
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.update(workrooms).set({ state: "active", epoch: 1 }).where(eq(workrooms.id, room.id)),
    );
    const grants: HostInput<"grantModel">[] = [];
    const started: StartTurn[] = [];
    const host: Context["host"] = {
      ...ctx.host,
      call: async (method, input, options) => {
        if (method !== "grantModel") return ctx.host.call(method, input, options);
        grants.push(input as HostInput<"grantModel">);
        return {} as never;
      },
    };
    const engine: Context["engine"] = {
      ...ctx.engine,
      startTurn: async (_roomId, turn) => void started.push(turn),
    };
    const message = { chatId: room.mainChatId, text: "Hi", attachments: [] };
    await sendMessage.run(ctx, { ...message, idempotencyKey: "k" });
    await dispatchTurn({ ...ctx, host, engine }, room.mainChatId);
    const [turn] = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.select().from(turns).where(eq(turns.chatId, room.mainChatId)),
    );
    return { grants, started, turn: turn!, roomId: room.id };
  }
  const usage = (turnId: string, roomId: string, costMicroUsd: number) => ({
    type: "model_usage" as const,
    roomId,
    turnId,
    provider: "openai-compatible" as const,
    modelId: "m-1",
    inputTokens: 10,
    outputTokens: 5,
    costMicroUsd,
    isEstimated: false,
  });

  test("the host gets the key, the engine only a token, and what is spent counts once", async () => {
    const { id } = await connect({ monthlyCapMicroUsd: 1_000 });
    const { grants, started, turn, roomId } = await openTurn();
    expect(grants).toMatchObject([{ apiKey: KEY, modelId: "m-1", budgetMicroUsd: 1_000 }]);
    expect(started).toMatchObject([{ model: { kind: "model", token: grants[0]!.token } }]);
    expect(JSON.stringify(started)).not.toContain(KEY);
    for (let round = 0; round < 3; round += 1)
      await recordUsage(ctx, "host:1", usage(turn.id, roomId, 400));
    const { keys } = await listModelKeys.run(ctx, {});
    expect(keys).toMatchObject([{ id, spentMicroUsd: 400 }]);
    const next = await openTurn();
    expect(next.grants).toMatchObject([{ budgetMicroUsd: 600 }]);
  });

  test("when the month's cap is used up, the turn says so and the engine is not asked", async () => {
    await connect({ monthlyCapMicroUsd: 100 });
    const first = await openTurn();
    await recordUsage(ctx, "host:2", usage(first.turn.id, first.roomId, 100));
    const { turn, grants, started } = await openTurn();
    expect(turn).toMatchObject({ state: "limit" });
    expect(turn.message).toContain("monthly cap");
    expect([grants, started]).toEqual([[], []]);
  });

  test("another room's usage is not booked on this turn", async () => {
    await connect();
    const { turn } = await openTurn();
    const stranger = await openTurn();
    await recordUsage(ctx, "host:3", usage(turn.id, stranger.roomId, 9_000));
    expect((await listModelKeys.run(ctx, {})).keys).toMatchObject([{ spentMicroUsd: 0 }]);
  });
});
