import { ModelServer } from "../test/model-server/model-server";
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { freePort } from "./support/free-port";
import { ownUidBase, TestInstallation } from "./support/installation";
import { exec, lastTurn, makeRoom, sendMessage } from "./support/rooms";
import { type SignedUp, signUp } from "./support/sign-up";
import { WorkroomPage } from "./support/workroom-page";
import { tidyTest as test } from "./support/tidy-test";

// An installation of its own: it has a model, the others have none. The model is a server of the test that speaks the
// providers' own protocols.

const KEY = "sk-test-canary-8c1f5e0a7b";

test.describe.configure({ mode: "serial", timeout: 120_000 });

let installation: TestInstallation;
let signed: SignedUp;
let models: ModelServer;
let page: Page;

const baseUrl = () => `http://127.0.0.1:${models.port}/v1`;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000); // The limit of the journeys is not that of what they start with.
  models = await ModelServer.start({ listen: 0, key: KEY, paceMs: 5 });
  installation = new TestInstallation({
    port: await freePort(),
    uidBase: ownUidBase(),
    env: { WORKROOM_ALLOWED_PRIVATE_ENDPOINTS: `127.0.0.1:${models.port}` },
  });
  await installation.start();
  signed = await signUp(browser, installation);
  page = await signed.context.newPage();
});

test.afterAll(async () => {
  await installation.stop();
  await models.stop();
  installation.remove();
  await signed?.context.close();
});

async function addModel(modelId: string, key: string): Promise<void> {
  await page.goto(`${installation.origin}/${signed.orgSlug}/settings/models`);
  await page.getByLabel("Provider").selectOption("openai-compatible");
  await page.getByLabel("Model", { exact: true }).fill(modelId);
  await page.getByLabel("URL", { exact: true }).fill(baseUrl());
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Try it and add" }).click();
}

type Key = { id: string; modelId: string; isDefault: boolean };
const keys = async () => (await signed.api.ask<{ keys: Key[] }>("GET", "/model-keys")).keys;

test("a wrong key is told before it is saved", async () => {
  await addModel("scripted-model", "sk-wrong");
  await expect(page.getByRole("alert").filter({ hasText: /key/i })).toBeVisible();
  expect(await keys()).toEqual([]);
});

test("a model of one's own builds in the room, and its key is nowhere in there", async () => {
  await addModel("scripted-model", KEY);
  await expect.poll(async () => (await keys()).length).toBe(1);
  const { id, mainChatId } = await makeRoom(signed.api, "With a model");
  await sendMessage(signed.api, mainChatId, "Write a file");
  await expect
    .poll(async () => (await lastTurn(signed.api, mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
  expect(models.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${KEY}`);
  expect((await exec(signed.api, id, "cat /workspace/hello.txt")).stdout).toContain(
    "from the model",
  );
  const search = `grep -rsl ${KEY} /workspace /home /run /tmp /proc/[0-9]*/environ /proc/[0-9]*/cmdline; true`;
  const found = await exec(signed.api, id, search);
  expect(found.stdout.replaceAll(/.*cmdline\n/g, "")).toBe("");
});

test("a very long output is shown by its ends, and all of it on request", async () => {
  const { id, mainChatId } = await makeRoom(signed.api, "Long output");
  await sendMessage(signed.api, mainChatId, "run: seq 1 20000");
  await expect
    .poll(async () => (await lastTurn(signed.api, mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
  const room = new WorkroomPage(page, signed.orgSlug);
  await page.goto(`${installation.origin}/${signed.orgSlug}/workrooms/${id}`);
  await room.chat.getByRole("button", { name: /Ran seq 1 20000/ }).click();
  const output = room.chat.getByRole("group", { name: "Command and output" });
  await expect(output).toContainText("characters are left out");
  expect((await output.innerText()).split("\n")).not.toContain("10000");
  await room.chat.getByRole("button", { name: "Show all" }).click();
  await expect(output).not.toContainText("characters are left out");
  const lines = (await output.innerText()).split("\n");
  expect(lines.filter((line) => /^\d+$/.test(line)).map(Number)).toEqual(
    Array.from({ length: 20_000 }, (_, index) => index + 1),
  );
  await expect(room.chat.getByRole("button", { name: "Show all" })).toBeHidden();
});

const faults: [string, RegExp][] = [
  ["fault-401", /key/i],
  ["fault-429", /limit|later|busy|quota/i],
  ["fault-cut", /broke|cut|ended|connection|again/i],
  ["fault-garbage", /understand|answer|unreadable|again/i],
];
for (const [modelId, words] of faults)
  test(`a model that answers with ${modelId} ends the turn in plain words, and the room stays usable`, async () => {
    const [first] = await keys();
    const made = await signed.api.call<Key>("POST", "/model-keys", {
      provider: "openai-compatible",
      label: modelId,
      modelId,
      baseUrl: baseUrl(),
      apiKey: KEY,
    });
    // A fault that shows in the trial is refused there, in the same plain words.
    if (made.status >= 300) {
      expect(JSON.stringify(made.body)).toMatch(words);
      return;
    }
    await signed.api.ask("POST", `/model-keys/${made.body.id}/default`, {});
    const { id, mainChatId } = await makeRoom(signed.api, modelId);
    await sendMessage(signed.api, mainChatId, "Write a file");
    await expect
      .poll(async () => (await lastTurn(signed.api, mainChatId))?.state, { timeout: 90_000 })
      .toMatch(/failed|done/);
    const turn = await lastTurn(signed.api, mainChatId);
    if (turn?.state === "failed") expect(turn.message).toMatch(words);
    expect((await exec(signed.api, id, "echo usable")).stdout).toBe("usable\n");
    const room = new WorkroomPage(page, signed.orgSlug);
    await page.goto(`${installation.origin}/${signed.orgSlug}/workrooms/${id}`);
    await expect(room.chat).toBeVisible();
    await expect(room.chat).not.toContainText(/at .*\.m?js:\d+|\{"error"/);
    if (first) await signed.api.ask("POST", `/model-keys/${first.id}/default`, {});
  });
