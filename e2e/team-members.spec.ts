import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { mailsTo } from "./support/mails";
import { ownWord } from "./support/own-word";
import { makeRoom } from "./support/rooms";
import { WorkroomPage } from "./support/workroom-page";

test.describe.configure({ timeout: 120_000 });

/** Somebody new each time: an account stays, whatever becomes of the journey. */
function newGuest() {
  const word = ownWord();
  return {
    name: `Grace ${word}`,
    email: `grace.${word}@example.test`,
    password: "a sentence for grace",
  };
}

/** Invites an address on the members page. @returns the link, as it is shown once */
async function invite(page: Page, orgSlug: string, email: string, role: string): Promise<string> {
  await page.goto(`/${orgSlug}/settings/members`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: role });
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const field = page.getByLabel(`Link for ${email}`, { exact: true });
  await expect(field).toHaveValue(/\/invite\/[\w-]{43}$/);
  return field.inputValue();
}

async function openAsGuest(browser: Browser, baseURL = ""): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  return context.newPage();
}

const memberRow = (page: Page, name: string) =>
  page
    .getByRole("region", { name: /^Members/ })
    .getByRole("listitem")
    .filter({ hasText: name });

test("a person is invited, joins as a viewer, becomes a member, and is removed", async ({
  page,
  api,
  browser,
  baseURL,
  orgSlug,
  product,
  checkAccessibility,
}) => {
  const guest = newGuest();
  const { id: roomId } = await makeRoom(api, "Shared with all");
  await api.ask("PUT", `/workrooms/${roomId}/shares/everyone`, { access: "edit" });
  const link = await invite(page, orgSlug, guest.email, "Viewer");
  await checkAccessibility();
  // The same link has come by e-mail.
  const mails = () => mailsTo(product.dataDir, guest.email);
  await expect.poll(mails).toHaveLength(1);
  expect(mails()[0]).toContain(link);

  const theirs = await openAsGuest(browser, baseURL);
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: /^Join / })).toBeVisible();
  await checkAccessibility(theirs);
  await theirs.getByLabel("Your name").fill(guest.name);
  await theirs.getByLabel("Password").fill(guest.password);
  await theirs.getByRole("button", { name: "Make an account and join" }).click();
  await theirs.waitForURL(`**/${orgSlug}`);

  // The link is used up: whoever opens it now is told what to do.
  const late = await openAsGuest(browser, baseURL);
  await late.goto(link);
  await expect(late.getByRole("heading", { name: "This link doesn't work" })).toBeVisible();
  await late.context().close();

  const room = new WorkroomPage(theirs, orgSlug);
  await room.open(roomId);
  await expect(theirs.getByText(/You can look at this room/)).toBeVisible();
  await expect(room.composer).toHaveCount(0);

  await page.reload();
  const row = memberRow(page, guest.name);
  await expect(row).toContainText(guest.email);
  await row.getByRole("combobox").selectOption({ label: "Member" });
  // No reload: the page learns of the new role by itself.
  await expect(room.composer).toBeVisible();
  await room.say("Count to 1");
  await room.turnEnd();

  await row.getByRole("button", { name: `Remove ${guest.name}` }).click();
  const dialog = page.getByRole("alertdialog", { name: `Remove ${guest.name}?` });
  await checkAccessibility();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(theirs.getByRole("heading", { name: /no longer a member/ })).toBeVisible({
    timeout: 3_000,
  });
  await expect(row).toHaveCount(0);
  // In no organisation now: they can make one of their own.
  await theirs.getByRole("button", { name: "Go on" }).click();
  await expect(theirs.getByRole("heading", { name: "You are in no organisation" })).toBeVisible();
  await checkAccessibility(theirs);
  await theirs.context().close();
  await api.call("DELETE", `/workrooms/${roomId}`);
});

test("a person has several organisations, each with its own rooms under its own address", async ({
  page,
  api,
  orgSlug,
  checkAccessibility,
}) => {
  const [word, title] = [ownWord(), `Only in the first ${ownWord()}`];
  const [firstName, firstSlug] = [`Second ${word}`, `second-${word}`];
  const [newName, newSlug] = [`Third ${word}`, `third-${word}`];
  const { id: roomId } = await makeRoom(api, title);
  await page.goto(`/${orgSlug}`);
  await page.getByRole("button", { name: /^Organisation: / }).click();
  await checkAccessibility();
  await page.getByRole("menuitem", { name: "New organisation…" }).click();
  await page.getByLabel("Name of the organisation").fill(firstName);
  await page.getByRole("button", { name: "Make it" }).click();
  await page.waitForURL(`**/${firstSlug}`);
  const rooms = page.getByRole("navigation", { name: "Workrooms" });
  await expect(rooms.getByRole("button", { name: `Organisation: ${firstName}` })).toBeVisible();
  await expect(rooms.getByText(title)).toHaveCount(0);

  // A room of this organisation: made, written in and shown here, live, with its files.
  const second = new WorkroomPage(page, firstSlug);
  await second.startRoom("Count to 2");
  await second.turnEnd();
  await expect(page).toHaveURL(new RegExp(`/${firstSlug}/workrooms/wr_`));
  await second.showTab("Files");
  await second.page.getByRole("button", { name: /^Organisation: / }).click();
  await page.getByRole("menuitem", { name: "Acme Lamps" }).click();
  await page.waitForURL(`**/${orgSlug}`);
  await expect(rooms.getByText(title)).toBeVisible();
  await expect(rooms.getByText("Count to 2")).toHaveCount(0);
  await page.goto(`/${firstSlug}/workrooms/${roomId}`);
  await expect(page.getByRole("heading", { name: "This workroom doesn't exist" })).toBeVisible();

  // A new name and a new address.
  await page.goto(`/${firstSlug}/settings/organisation`);
  await page.getByLabel("Name", { exact: true }).fill(newName);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await checkAccessibility();
  await page.getByLabel("Address").fill(newSlug);
  await expect(page.getByText(/will stop working/)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`**/${newSlug}/settings/organisation`);
  await expect(rooms.getByRole("button", { name: `Organisation: ${newName}` })).toBeVisible();

  await page.getByRole("button", { name: "Leave…" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(page.getByText("An organisation needs an owner.")).toBeVisible();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByLabel(`Type ${newSlug} to go on`).fill(newSlug);
  await checkAccessibility();
  await page.getByRole("button", { name: "Delete it all" }).click();
  await page.waitForURL(`**/${orgSlug}`);
  await page.getByRole("button", { name: /^Organisation: / }).click();
  await expect(page.getByRole("menuitem", { name: newName })).toHaveCount(0);
  await api.call("DELETE", `/workrooms/${roomId}`);
});
