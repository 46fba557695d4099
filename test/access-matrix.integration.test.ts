import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { appVersions, apps, auditEntries, turns, workrooms } from "@/lib/db/schema";
import { sendMessage } from "@/lib/domain/chat/send-message";
import type { Context } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { saveModelKey } from "@/lib/domain/model/save-model-key";
import { createWorkroom } from "@/lib/domain/workroom/create-workroom";
import { newId } from "@/lib/ids";
import { verbs } from "@/lib/server/verbs/registry";
import { addPerson, openInstallation, type Installation } from "./installation";

let installation: Installation;
let owner: Context;
/** One value for every name that any verb's input has; objects are the owner's, in a private room. */
let values: Record<string, unknown>;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-matrix-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
  owner = await addPerson(installation.ports);
  const room = z.object({ id: z.string(), mainChatId: z.string() });
  const { id: workroomId, mainChatId: chatId } = room.parse(
    await createWorkroom.run(owner, { isDraft: false }),
  );
  const message = await sendMessage.run(owner, {
    chatId,
    text: "Hello",
    attachments: [],
    idempotencyKey: "k",
  });
  const [turnId, appId, versionId] = [newId("turn"), newId("app"), newId("appVersion")];
  const manifest = { key: "k", sha256: "0".repeat(64), entryCount: 0, totalBytes: 0 };
  const { orgId } = owner;
  const key = await inOrg(owner.db, orgId, async (tx) => {
    const ids = { id: turnId, orgId, chatId, workroomId, messageId: message.id };
    await tx.insert(turns).values({ ...ids, epoch: 1, employeeLabel: "Demo" });
    const app = { id: appId, orgId, workroomId, slug: "matrix-app", createdBy: "x" };
    await tx.insert(apps).values({ ...app, liveVersionId: versionId });
    await tx.insert(appVersions).values({
      id: versionId,
      orgId,
      appId,
      number: 1,
      checkpointId: "c",
      manifest,
      sourcePath: "",
      isFile: false,
      fileCount: 0,
      totalBytes: 0,
      publishedBy: "x",
    });
    return saveModelKey(tx, owner, {
      provider: "openai-compatible",
      modelId: "m",
      baseUrl: "http://127.0.0.1:9",
      apiKey: "",
      label: "L",
      monthlyCapMicroUsd: null,
    });
  });
  values = {
    workroomId,
    chatId,
    messageId: message.id,
    turnId,
    appId,
    versionId,
    modelKeyId: key.id,
    title: "T",
    text: "text",
    path: "a.txt",
    from: "a.txt",
    to: "b.txt",
    sourcePath: "",
    command: "true",
    idempotencyKey: "other",
    purpose: "preview",
    objectId: workroomId,
    provider: "openai-compatible",
    modelId: "m",
    baseUrl: "http://127.0.0.1:9",
    audience: "public",
  };
});
afterAll(() => installation.close());

/** What the verb takes of our values; names it doesn't know are left out. */
function inputOf(verb: Verb): Record<string, unknown> {
  const names = verb.input instanceof z.ZodObject ? Object.keys(verb.input.shape) : [];
  const input = names.flatMap((name) => (name in values ? [[name, values[name]]] : []));
  return verb.input.parse(Object.fromEntries(input)) as Record<string, unknown>;
}

const objectNames = ["workroomId", "chatId", "turnId", "appId", "modelKeyId", "objectId"];
const namesObject = (verb: Verb) =>
  objectNames.some((name) => verb.input instanceof z.ZodObject && name in verb.input.shape);
const isChange = (verb: Verb) => verb.rest.method !== "GET";

/** The failure of a call, or what it answered. */
async function ask(verb: Verb, who: Context): Promise<unknown> {
  try {
    return { answered: await verb.run(who, inputOf(verb)) };
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

describe.each(verbs.map((verb) => [verb.name, verb] as const))("%s", (_name, verb) => {
  test.runIf(namesObject(verb))("is not found by another organisation", async () => {
    expect(await ask(verb, await addPerson(installation.ports))).toBe("not_found");
  });

  test.runIf(namesObject(verb) && !verb.name.startsWith("model_key"))(
    "is not found by a colleague while the room is private",
    async () => {
      const colleague = await addPerson(installation.ports, { role: "admin", orgId: owner.orgId });
      expect(await ask(verb, colleague)).toBe("not_found");
    },
  );

  test.runIf(isChange(verb) && verb.name !== "ticket.create")(
    "is forbidden to a viewer of an open room",
    async () => {
      const viewer = await addPerson(installation.ports, { role: "viewer", orgId: owner.orgId });
      const setOpenness = (openness: "open" | "private") =>
        inOrg(owner.db, owner.orgId, (tx) =>
          tx
            .update(workrooms)
            .set({ openness })
            .where(eq(workrooms.id, String(values["workroomId"]))),
        );
      await setOpenness("open");
      const answer = await ask(verb, viewer);
      await setOpenness("private");
      expect(answer).toBe("forbidden");
    },
  );
});

test("each verb has a route and a name of its own", () => {
  const routes = verbs.map(({ rest }) => `${rest.method} ${rest.path.replaceAll(/:\w+/g, ":")}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
});

test("refused calls leave no audit row", async () => {
  const rows = await inOrg(owner.db, owner.orgId, (tx) => tx.select().from(auditEntries));
  const userId = owner.actor.kind === "user" ? owner.actor.userId : "";
  expect(rows.filter((row) => row.actorId !== userId)).toEqual([]);
  expect(rows.map((row) => row.action)).toEqual(["workroom.create", "message.send"]);
});
