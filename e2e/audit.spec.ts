import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures";
import { ownWord } from "./support/own-word";
import { makeRoom } from "./support/rooms";

test("the audit log says who did what, what it was before, and that nobody has changed it", async ({
  api,
  page,
  orgSlug,
  checkAccessibility,
}) => {
  const before = `Lamps ${ownWord()}`;
  const after = `=${before} and shades`;
  const room = await makeRoom(api, before);
  await api.ask("PATCH", `/workrooms/${room.id}`, { title: after });
  await page.goto(`/${orgSlug}/settings/audit`);

  const log = page.getByRole("list", { name: "Audit log" });
  const entry = log
    .getByRole("listitem")
    .filter({ hasText: "renamed a workroom" })
    .filter({ hasText: after });
  await expect(entry).toContainText("Robin Owner");
  await entry.getByRole("button", { name: "What changed" }).click();
  await expect(entry.getByRole("deletion")).toHaveText(before);
  await expect(entry.getByRole("insertion")).toHaveText(after);
  await expect(page.getByText(/Checked: unbroken, [\d,]+ entr/)).toBeVisible();
  await checkAccessibility();

  await page.getByLabel("What", { exact: true }).selectOption("workroom.create");
  await expect(log.getByText("renamed a workroom")).toHaveCount(0);
  await expect(log.getByText("made a workroom").first()).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await page.getByLabel("Who", { exact: true }).selectOption("system");
  await expect(log.getByText("Robin Owner")).toHaveCount(0);
  await page.getByRole("button", { name: "Show everything" }).click();
  await page.getByLabel("From", { exact: true }).fill("2099-01-01");
  await expect(page.getByText("No entries")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Table (CSV)" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^audit-log-[\d-]+\.csv$/);
  const text = readFileSync(await download.path(), "utf8");
  expect(text).toContain(`"'${after}"`);
  expect(text).toContain("workroom.rename");

  await entry.getByRole("link", { name: after }).click();
  await expect(page).toHaveURL(new RegExp(`/workrooms/${room.id}$`));
  await api.call("DELETE", `/workrooms/${room.id}`);
});
