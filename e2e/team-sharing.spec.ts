import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { joinAs } from "./support/join";
import { owner } from "./support/owner";
import { ownWord } from "./support/own-word";
import { makeRoom, type Room, sendMessage } from "./support/rooms";
import { takePicture } from "./support/take-picture";
import { WorkroomPage } from "./support/workroom-page";

test.describe.configure({ timeout: 120_000 });

const sidebar = (page: Page) => page.getByRole("navigation", { name: "Workrooms" });
const row = (page: Page, title: string) =>
  sidebar(page).getByRole("listitem").filter({ hasText: title });
const link = (page: Page, title: string) => row(page, title).getByRole("link");
const here = (page: Page) => page.getByRole("list", { name: "Also here" });

test("a private room is shared to look at, then to work in, and taken back", async ({
  page,
  api,
  browser,
  baseURL,
  orgSlug,
  workroomPage: room,
  checkAccessibility,
}) => {
  const word = ownWord();
  const title = `Secret plans ${word}`;
  const { id } = await makeRoom(api, title);
  const name = `Ben ${word}`;
  const email = `ben.${word}@example.test`;
  const member = { name, email, role: "member" } as const;
  const theirs = await joinAs(browser, { api, baseURL, orgSlug }, member);
  const theirRoom = new WorkroomPage(theirs, orgSlug);
  await theirs.goto(`/${orgSlug}/workrooms/${id}`);
  await expect(theirs.getByRole("heading", { name: "This workroom doesn't exist" })).toBeVisible();
  await expect(link(theirs, title)).toHaveCount(0);

  await room.open(id);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Share “${title}”` });
  await expect(dialog).toContainText("Only you can open this.");
  await dialog.getByLabel("Share with").fill(`ben.${word}`);
  await checkAccessibility();
  await dialog.getByRole("button", { name: new RegExp(name) }).click();
  const access = dialog.getByLabel(`Access of ${name}`);
  await access.selectOption({ label: "Can view" });
  await expect(dialog).toContainText(`You and ${name} can open this.`);
  await checkAccessibility();
  await takePicture(page, "share");

  // To look at: it is in the other's list at once, and nothing in it can be changed.
  await link(theirs, title).click();
  await expect(theirs.getByText(`Ask ${owner.name} for more.`)).toBeVisible();
  await expect(theirRoom.composer).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: "Publish" })).toHaveCount(0);
  await theirRoom.showTab("Terminal");
  await expect(theirs.getByText("No terminal for you here")).toBeVisible();
  await checkAccessibility(theirs);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(here(page).getByTitle(`${name} is here`)).toBeVisible();
  await expect(here(theirs).getByTitle(`${owner.name} is here`)).toBeVisible();

  // To work in: without a reload.
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await access.selectOption({ label: "Can edit" });
  await expect(theirRoom.composer).toBeVisible();
  await theirRoom.say("Count to 6");
  await expect(room.lastTurn.getByText(`acting as ${name}`)).toBeVisible();
  await theirRoom.turnEnd();

  // Taken back: the other's page says so within about a second, and it is in no list of theirs.
  await access.selectOption({ label: "Remove" });
  await expect(theirs.getByRole("heading", { name: "This workroom doesn't exist" })).toBeVisible({
    timeout: 2_000,
  });
  await expect(link(theirs, title)).toHaveCount(0);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(here(page)).toHaveCount(0);
  await theirs.context().close();
  await api.call("DELETE", `/workrooms/${id}`);
});

test("the team's open rooms are listed with who made them, and can be pinned, unread and put aside", async ({
  api,
  browser,
  baseURL,
  orgSlug,
  checkAccessibility,
}) => {
  const word = ownWord();
  const title = `Open plans ${word}`;
  const made = await api.ask<Room>("POST", "/workrooms", {
    title,
    openness: "open",
    idempotencyKey: crypto.randomUUID(),
  });
  const email = `dora.${word}@example.test`;
  const member = { name: `Dora ${word}`, email, role: "member" } as const;
  const theirs = await joinAs(browser, { api, baseURL, orgSlug }, member);
  const open = row(theirs, title);
  await expect(open.getByTitle(`Made by ${owner.name}`)).toHaveText(/^Team/);
  await checkAccessibility(theirs);

  // Each view by itself; the choice is kept.
  const view = (name: string) => sidebar(theirs).getByRole("button", { name, exact: true });
  await view("Team").click();
  await expect(open).toHaveCount(0);
  await theirs.reload();
  await expect(view("Team")).toHaveAttribute("aria-pressed", "false");
  await view("Team").click();
  await sidebar(theirs).getByLabel("Filter workrooms").fill(`${word} PLANS op`);
  await expect(open).toBeVisible();
  await sidebar(theirs).getByLabel("Filter workrooms").fill("");

  // Unread: what happened since they looked in.
  await link(theirs, title).click();
  await expect(new WorkroomPage(theirs, orgSlug).composer).toBeVisible();
  await theirs.goto(`/${orgSlug}`);
  await sendMessage(api, made.mainChatId, "Count to 3");
  await expect(open.getByTitle("Something new happened here")).toBeVisible({ timeout: 60_000 });
  await link(theirs, title).click();
  await expect(open.getByTitle("Something new happened here")).toHaveCount(0);

  // Pinned: on top, also after a reload.
  await open.hover();
  await open.getByRole("button", { name: `More for ${title}` }).click();
  await theirs.getByRole("menuitem", { name: "Pin to the top" }).click();
  await expect(sidebar(theirs).getByRole("heading", { name: /^Pinned/ })).toBeVisible();
  await theirs.reload();
  await expect(sidebar(theirs).getByRole("heading", { name: /^Pinned/ })).toBeVisible();
  await theirs.emulateMedia({ colorScheme: "dark" });
  await takePicture(theirs, "team-dark");

  // On a phone, in the dark: the same in the drawer.
  await theirs.setViewportSize({ width: 390, height: 844 });
  await takePicture(theirs, "team-phone-room");
  await theirs.goto(`/${orgSlug}`);
  await takePicture(theirs, "team-phone-start");
  await theirs.getByRole("button", { name: "Open the list of workrooms" }).click();
  await expect(open).toBeVisible();
  await checkAccessibility(theirs);
  await takePicture(theirs, "team-phone");
  await theirs.context().close();
  await api.call("DELETE", `/workrooms/${made.id}`);
});
