import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, expect } from "@playwright/test";
import { Api } from "./support/api";
import { freePort } from "./support/free-port";
import { checkout, ownUidBase, TestInstallation } from "./support/installation";
import { exec, lastTurn, makeRoom, readEvents, sendMessage } from "./support/rooms";
import { type Outcome, runOperatorCommand } from "./support/run-operator-command";
import { signUp } from "./support/sign-up";
import { tidyTest as test } from "./support/tidy-test";

// Installations of their own: a backup is of a whole one, and is restored into another data folder.

test.describe.configure({ mode: "serial", timeout: 300_000 });

// Other files of journeys of this run keep away from these ids.
const uidBase = ownUidBase() + 2_000_000;
let folder: string;
let installations: TestInstallation[] = [];

test.beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "workroom-backup-"));
  chmodSync(folder, 0o711); // the product's own user passes through it
});
test.afterEach(async () => {
  for (const installation of installations) {
    await installation.stop();
    installation.endLeftovers();
  }
  installations = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string): Promise<TestInstallation> {
  const installation = new TestInstallation({ port: await freePort(), uidBase, dataDir });
  installations.push(installation);
  await installation.start();
  return installation;
}

/** What a command said; it must have ended well. */
function said({ status, output }: Outcome): string {
  if (status !== 0) throw new Error(`The command failed:\n${output}`);
  return output;
}

const restore = (file: string, dataDir: string, ...flags: string[]) =>
  runOperatorCommand(["restore", file, ...flags], { dataDir, uidBase });

/** Signs in with a password through the log-in page. */
async function signIn(browser: Browser, origin: string, email: string) {
  const context = await browser.newContext({ baseURL: origin });
  const page = await context.newPage();
  await page.goto(`${origin}/login`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("a long sentence as password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("navigation", { name: "Workrooms" })).toBeVisible();
  return page;
}

test("an installation of the release before opens after the upgrade: room, chat, files, App, and a new turn", async ({
  browser,
}) => {
  const dataDir = path.join(folder, "data");
  said(await restore(path.join(checkout, "test/releases/0.1.0.zip"), dataDir));
  const { origin } = await start(dataDir);

  const page = await signIn(browser, origin, "bench@example.test");
  await page.getByRole("link", { name: "Lamp sales" }).first().click();
  await expect(page.getByText("Build me a dashboard of these sales")).toBeVisible();
  const api = new Api(page);
  const { workrooms } = await api.ask<{
    workrooms: { id: string; title: string; mainChatId: string; state: string }[];
  }>("GET", "/workrooms");
  expect(workrooms.map(({ title, state }) => [title, state]).toSorted()).toEqual([
    ["Empty room", "sleeping"],
    ["Lamp sales", "sleeping"],
  ]);
  const room = workrooms.find(({ title }) => title === "Lamp sales");
  if (!room) throw new Error("The room is gone.");
  const saved = await api.download(room.id, "input/sales.csv");
  expect(saved.text.split("\n")).toHaveLength(202);
  const { app } = await api.ask<{ app: { slug: string; versions: unknown[] } }>(
    "GET",
    `/workrooms/${room.id}/app`,
  );
  expect(app).toMatchObject({ slug: "lamp-sales", versions: [{ number: 1, isLive: true }] });

  const before = await lastTurn(api, room.mainChatId);
  await sendMessage(api, room.mainChatId, "Use bars");
  await expect
    .poll(
      async () => {
        const turn = await lastTurn(api, room.mainChatId);
        return turn?.id === before?.id ? "not yet" : turn?.state;
      },
      { timeout: 60_000 },
    )
    .toBe("done");
  expect((await exec(api, room.id, "ls /workspace/output/dashboard")).stdout).toContain(
    "index.html",
  );
});

test("a backup of a running installation, restored elsewhere, has what was written a moment before", async ({
  browser,
}) => {
  const source = await start(path.join(folder, "source"));
  const { api } = await signUp(browser, source);
  const room = await makeRoom(api, "Backed up");
  await exec(
    api,
    room.id,
    "mkdir -p repo && echo 'kept' > repo/note.txt && ln -s note.txt repo/link",
  );
  await sendMessage(api, room.mainChatId, "Build me a dashboard of these sales");
  await expect
    .poll(async () => (await lastTurn(api, room.mainChatId))?.state, { timeout: 60_000 })
    .toBe("done");
  const events = await readEvents(api, room.mainChatId);

  const file = path.join(folder, "backup.zip");
  const place = { dataDir: source.dataDir, uidBase };
  expect(said(await runOperatorCommand(["backup", file], place))).toContain(
    "its rooms save their files first",
  );
  expect(await runOperatorCommand(["backup", file], place)).toEqual({
    status: 1,
    output: `${file} exists already; choose another name.\n`,
  });
  const inUse = await restore(file, source.dataDir, "--replace");
  expect(inUse.output).toContain("already runs");
  await source.stop();

  const copy = path.join(folder, "copy");
  said(await restore(file, copy));
  const again = await restore(file, copy);
  expect(again.output).toContain("holds an installation already");
  said(await restore(file, copy, "--replace"));
  expect(readdirSync(copy).filter((name) => name.startsWith("replaced-"))).toHaveLength(1);

  const { origin } = await start(copy);
  const page = await signIn(browser, origin, "robin@example.test");
  const restored = new Api(page);
  // The room ran when the backup was made, so it runs again, on a new disk with its saved files.
  await expect
    .poll(
      async () => (await restored.ask<{ state: string }>("GET", `/workrooms/${room.id}`)).state,
      {
        timeout: 60_000,
      },
    )
    .toBe("active");
  const shown = await exec(restored, room.id, "cat repo/link && readlink repo/link");
  expect(shown.stdout).toBe("kept\nnote.txt\n");
  const kept = await readEvents(restored, room.mainChatId);
  expect(kept.slice(0, events.length)).toEqual(events);
});
