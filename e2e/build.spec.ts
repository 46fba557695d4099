import type { Locator, Page } from "@playwright/test";
import { makeSales, salesCsv } from "../examples/sales";
import { expect, test } from "./fixtures";
import { checkDashboard } from "./support/check-dashboard";
import { ownWord } from "./support/own-word";
import { figuresOf } from "./support/sales-figures";
import { takePicture } from "./support/take-picture";
import { SCRIPTED } from "./support/workroom-page";

const sales = makeSales(10_000, 20_251_121);
const csv = salesCsv(sales);
const figures = figuresOf(sales);
const builtOnce = "Built the page from your figures";

type ChatEvent = { seq: number; type: string };

/** A choice moves at once, before the server has said anything; when the server refuses, it moves back and says so. */
async function refusedChoiceComesBack(page: Page): Promise<void> {
  const [choice, before] = ["Public", "Private"].map((name) =>
    page.getByRole("radio", { name: new RegExp(`^${name}`) }),
  ) as [Locator, Locator];
  const held = Promise.withResolvers<void>();
  const changes = "**/api/v1/apps/*";
  await page.route(changes, async (route) => {
    await held.promise;
    const problem = { code: "unavailable", detail: "Not now, please try again." };
    await route.fulfill({ status: 503, json: problem, contentType: "application/problem+json" });
  });
  const movesAtOnce = await choice.evaluate((radio: HTMLInputElement) => {
    radio.click();
    return radio.checked;
  });
  expect(movesAtOnce).toBe(true);
  held.resolve();
  await expect(before).toBeChecked();
  await expect(page.getByText("Not now, please try again.")).toBeVisible();
  await page.unroute(changes);
}

test.describe.configure({ mode: "serial" });
let workroomId = "";

test("a dropped table makes the room, and its rows, columns and three prompts show without a model", async ({
  workroomPage: room,
  checkAccessibility,
}) => {
  await room.openHome();
  await checkAccessibility();
  await takePicture(room.page, "start");
  const answered = room.page.waitForResponse(
    (answer) => answer.url().includes("/upload?") && answer.ok(),
  );
  await room.dropFile("sales.csv", csv);
  await answered;
  const since = Date.now();
  const card = room.page.getByRole("article", { name: "What sales.csv holds" });
  await expect(card).toContainText("10,000 rows");
  expect(Date.now() - since).toBeLessThan(8_000); // A second on a quiet machine.
  for (const name of ["date", "region", "product", "units", "revenue"])
    await expect(card.getByRole("rowheader", { name, exact: true })).toBeVisible();
  await expect(card).toContainText("2024-01-01");
  await expect(
    card.getByRole("list", { name: "What you could ask" }).getByRole("button"),
  ).toHaveCount(3);
  await room.startRoom("Build me a dashboard of these sales");
  workroomId = room.workroomId;
});

test("the employee's plan, steps, diff and output stream; a reload in the middle loses and doubles nothing", async ({
  workroomPage: room,
  api,
  checkAccessibility,
}) => {
  await room.open(workroomId);
  await expect(room.lastTurn.getByRole("group", { name: "Plan" })).toBeVisible();
  await room.page.reload();
  await room.turnEnd();

  const turn = room.lastTurn;
  await expect(turn.getByRole("group", { name: "Plan" })).toContainText("4 of 4");
  await expect(turn.getByText("Your dashboard is ready")).toHaveCount(1);
  await expect(turn.getByText("10,000 rows", { exact: false }).first()).toBeVisible();
  const step = turn.getByRole("button", { name: builtOnce });
  await expect(step).toHaveCount(1);
  await step.click();
  await expect(turn.getByRole("group", { name: "Command and output" }).first()).toContainText(
    "Rows: 10,000",
  );
  await expect(room.chat.getByRole("article", { name: SCRIPTED })).toHaveCount(1);
  await expect(
    room.page.getByRole("banner").or(room.page.locator("header")).getByText(SCRIPTED).first(),
  ).toBeVisible();

  const { mainChatId } = await api.ask<{ mainChatId: string }>("GET", `/workrooms/${workroomId}`);
  const { events } = await api.ask<{ events: ChatEvent[] }>(
    "GET",
    `/chats/${mainChatId}/events?after=0&limit=1000`,
  );
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  await checkAccessibility();
});

test("the chip says how the room booted and opens the attacks that were tried in it", async ({
  workroomPage: room,
  checkAccessibility,
}) => {
  await room.open(workroomId);
  await expect(room.chip).toHaveAccessibleName(/Booted in .*(ms|s), \d+ walls checked/);
  await room.chip.click();
  const dialog = room.page.getByRole("dialog", { name: "The walls of this workroom" });
  const probes = dialog.getByRole("listitem");
  await expect(probes.nth(8)).toBeVisible();
  await expect(dialog.getByText("Open", { exact: true })).toHaveCount(0);
  await checkAccessibility();
  await takePicture(room.page, "walls");
});

test("the preview shows the numbers that the table adds up to", async ({
  workroomPage: room,
  checkAccessibility,
}) => {
  await room.open(workroomId);
  await room.showTab("Preview");
  await checkDashboard(room.preview, figures);
  await checkAccessibility();
  await takePicture(room.page, "workroom");
  await room.page.emulateMedia({ colorScheme: "dark" });
  await takePicture(room.page, "dark");
});

test("“Use bars” changes the chart before one's eyes, and undo takes exactly that back", async ({
  workroomPage: room,
}) => {
  await room.open(workroomId);
  await room.showTab("Preview");
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "line");
  await room.say("Use bars");
  await room.turnEnd();
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "bars");
  await checkDashboard(room.preview, figures);

  await room.lastTurn.getByRole("button", { name: "Undo this turn" }).click();
  await expect(room.lastTurn.getByText(/Put back: /)).toBeVisible();
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "line");
});

test("a turn of a second chat reloads the preview too", async ({ workroomPage: room }) => {
  await room.open(workroomId);
  await room.showTab("Preview");
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "line");
  await room.page.getByRole("button", { name: "New chat", exact: true }).click();
  await expect(room.page.getByText("Nothing said yet")).toBeVisible();
  await room.say("Use bars");
  await room.turnEnd();
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "bars");
  await room.lastTurn.getByRole("button", { name: "Undo this turn" }).click();
  await expect(room.preview.locator("main")).toHaveAttribute("data-chart", "line");
});

test("changes show what a turn did, side by side and inline", async ({
  workroomPage: room,
  checkAccessibility,
}) => {
  await room.open(workroomId);
  await room.say("Use bars");
  await room.turnEnd();
  await room.showTab("Changes");
  const changes = room.page.getByRole("tabpanel", { name: "Changes" });
  await expect(changes.getByText(/index\.html/).first()).toBeVisible();
  await expect(changes.locator(".monaco-diff-editor.side-by-side")).toBeVisible();
  await changes.getByRole("button", { name: "Side by side" }).click();
  await expect(changes.locator(".monaco-diff-editor:not(.side-by-side)")).toBeVisible();
  await checkAccessibility();
});

test("a static page is published privately, made public, published again and taken back at once", async ({
  workroomPage: room,
  browser,
  checkAccessibility,
}) => {
  // A name of its own for each try: the one before may have taken it.
  const slug = `lamp-sales-${ownWord()}`;
  const renamed = `lamp-figures-${ownWord()}`;
  await room.open(workroomId);
  await room.page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = room.page.getByRole("dialog", { name: "Publish" });
  await dialog.getByLabel("Name in the link").fill(slug);
  await checkAccessibility();
  await dialog.getByRole("button", { name: /^Publish/ }).click();
  await expect(dialog.getByText("Version 1 is live")).toBeVisible();
  const link = await dialog.getByRole("link").first().getAttribute("href");
  expect(link).toMatch(new RegExp(`^http://${slug}\\.apps\\.localhost:\\d+/$`));
  await dialog.getByRole("button", { name: "Show versions" }).click();

  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link ?? "");
  await expect(stranger.getByTestId("total-revenue")).toHaveCount(0); // Private: nothing without signing in.

  await refusedChoiceComesBack(room.page);
  const answered = room.page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await room.page.getByRole("radio", { name: /^Public/ }).check();
  expect((await answered).ok()).toBe(true);
  await expect(room.page.getByRole("radio", { name: /^Public/ })).toBeChecked();
  await expect(async () => {
    await stranger.goto(link ?? "");
    await expect(stranger.locator("main")).toHaveAttribute("data-chart", "bars", {
      timeout: 2_000,
    });
  }).toPass({ timeout: 15_000 });
  await checkDashboard(stranger, figures);

  await room.say("Use a line");
  await room.turnEnd();
  await room.page.getByRole("button", { name: "Publish again" }).click();
  await dialog.getByRole("button", { name: /^Publish/ }).click();
  await expect(dialog.getByText("Version 2 is live")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await stranger.reload();
  await expect(stranger.locator("main")).toHaveAttribute("data-chart", "line");

  const makeLive = (version: string) =>
    room.page
      .getByRole("list", { name: "Versions" })
      .getByRole("listitem")
      .filter({ hasText: version })
      .getByRole("button", { name: "Make live" });
  await makeLive("Version 1").click();
  await expect(makeLive("Version 2")).toBeVisible();
  await stranger.reload();
  await expect(stranger.locator("main")).toHaveAttribute("data-chart", "bars");
  await checkAccessibility();

  await room.page.getByRole("button", { name: "Change the link" }).click();
  const rename = room.page.getByRole("form", { name: "Change the link" });
  await expect(rename).toContainText("The old link stops working at once");
  await rename.getByLabel("Name in the link").fill("lamp--sales");
  await expect(rename).toContainText("Two hyphens can't follow each other.");
  await rename.getByLabel("Name in the link").fill(renamed);
  await checkAccessibility();
  await rename.getByRole("button", { name: "Save the new link" }).click();
  await expect(room.page.getByRole("link", { name: new RegExp(renamed) })).toBeVisible();
  // A name of nobody answers like a private App: the dashboard asks who it is.
  await stranger.goto(link ?? "");
  await expect(stranger).toHaveURL(/\/login/);
  await stranger.goto((link ?? "").replace(slug, renamed));
  await expect(stranger.locator("main")).toHaveAttribute("data-chart", "bars");
});

test("a sleeping room has no process, can be read, and a message wakes an employee that remembers", async ({
  workroomPage: room,
  api,
}) => {
  await room.open(workroomId);
  await room.sleep();
  await expect
    .poll(async () => (await api.ask<{ state: string }>("GET", `/workrooms/${workroomId}`)).state)
    .toBe("sleeping");
  await room.showTab("Files");
  await expect(room.page.getByRole("treeitem", { name: /output/ }).first()).toBeVisible();
  await room.showTab("Changes");
  await expect(
    room.page
      .getByRole("tabpanel", { name: "Changes" })
      .getByText(/index\.html/)
      .first(),
  ).toBeVisible();
  await room.showTab("Preview");
  await expect(room.chip).toHaveAccessibleName(/^Sleeping/); // Reading has not woken it.

  await room.say("What do you remember?");
  await room.turnEnd();
  await expect(room.lastTurn).toContainText("Build me a dashboard of these sales");
  await expect(room.chip).not.toHaveAccessibleName(/^Sleeping/);
});
