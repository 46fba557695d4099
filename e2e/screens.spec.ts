import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { exec, makeRoom } from "./support/rooms";
import { takePicture } from "./support/take-picture";

test.describe.configure({ timeout: 120_000 });

const phone = { width: 390, height: 844 };

/** Nothing sticks out of a narrow screen. */
async function fitsTheScreen(page: Page): Promise<void> {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(screen);
}

for (const scheme of ["light", "dark"] as const) {
  test(`the screens around a room are accessible in ${scheme} colours`, async ({
    page,
    orgSlug,
    workroomPage: room,
    checkAccessibility,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await room.openHome();
    await checkAccessibility();
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toBeVisible();
    await checkAccessibility();
    await page.goto(`/${orgSlug}/settings/models`);
    await expect(page.getByRole("heading").first()).toBeVisible();
    await checkAccessibility();
  });

  test(`every tab of a room is accessible in ${scheme} colours`, async ({
    page,
    api,
    workroomPage: room,
    checkAccessibility,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const { id } = await makeRoom(api, `Screens in ${scheme}`);
    await exec(api, id, "mkdir -p output/site && echo '<h1>Hi</h1>' > output/site/index.html");
    await room.open(id);
    for (const tab of ["Preview", "Files", "Changes", "Terminal", "App"] as const) {
      await room.showTab(tab);
      await expect(page.getByRole("tabpanel", { name: tab })).toBeVisible();
      await checkAccessibility();
    }
    await api.call("DELETE", `/workrooms/${id}`);
  });
}

test("a tab can be put away, stays away after a reload, and comes back", async ({
  page,
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Few tabs");
  await room.open(id);
  const terminal = page.getByRole("tab", { name: "Terminal" });
  await terminal.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Hide tab" }).click();
  await expect(terminal).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("tab", { name: "Files" })).toBeVisible();
  await expect(terminal).toHaveCount(0);
  await page.getByRole("button", { name: "Show tabs" }).click();
  await checkAccessibility();
  await page.getByRole("menuitemcheckbox", { name: "Terminal" }).click();
  await page.keyboard.press("Escape");
  await expect(terminal).toBeVisible();
  await api.call("DELETE", `/workrooms/${id}`);
});

test("on a phone chat and work are two pages, and nothing sticks out", async ({
  page,
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  await page.setViewportSize(phone);
  const { id } = await makeRoom(api, "On a phone");
  await room.openHome();
  await fitsTheScreen(page);
  await checkAccessibility();
  await room.open(id);
  await fitsTheScreen(page);
  await expect(room.composer).toBeVisible();
  await checkAccessibility();
  await page
    .getByRole("button", { name: "Work", exact: true })
    .or(page.getByRole("tab", { name: "Work", exact: true }))
    .first()
    .click();
  await expect(page.getByRole("tab", { name: "Files" })).toBeVisible();
  await fitsTheScreen(page);
  await checkAccessibility();
  await takePicture(page, "phone");
  await api.call("DELETE", `/workrooms/${id}`);
});

test("by keyboard alone: write, send, look at the files, put to sleep", async ({
  page,
  workroomPage: room,
  api,
}) => {
  await room.openHome();
  await expect(room.firstComposer).toBeFocused();
  await page.keyboard.type("Count to 1");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workrooms\/wr_/);
  await room.turnEnd();
  const tabTo = async (isThere: () => Promise<boolean>) => {
    for (let presses = 0; presses < 80; presses++) {
      if (await isThere()) return;
      await page.keyboard.press("Tab");
    }
    throw new Error("The keyboard did not get there.");
  };
  const focusedName = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
  await tabTo(
    async () =>
      /Preview|Files|Changes|Terminal|App/.test(await focusedName()) &&
      (await page.evaluate(() => document.activeElement?.getAttribute("role"))) === "tab",
  );
  for (let presses = 0; presses < 5 && (await focusedName()) !== "Files"; presses++) {
    const before = await focusedName();
    await page.keyboard.press("ArrowRight");
    // The focus follows a moment after the key: a second press before that would pass the tab by.
    await expect.poll(focusedName).not.toBe(before);
  }
  await expect(page.getByRole("tab", { name: "Files" })).toHaveAttribute("aria-selected", "true");
  await page.locator("body").press("Shift+Tab");
  await page.keyboard.press("Home");
  await tabTo(async () => (await focusedName()) === "More for this workroom");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Put to sleep" })).toBeVisible();
  // The focus goes into the menu a moment after it is seen; a key before that would still be the button's.
  await expect(page.getByRole("menu").and(page.locator(":focus-within"))).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(room.chip).toHaveAccessibleName(/^Sleeping/, { timeout: 30_000 });
  await api.call("DELETE", `/workrooms/${room.workroomId}`);
});

test("no request leaves the machine: fonts, scripts and editors come from the installation", async ({
  page,
  workroomPage: room,
  api,
}) => {
  const outside: string[] = [];
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && !hostname.endsWith("localhost")) outside.push(request.url());
  });
  const { id } = await makeRoom(api, "No outside");
  await exec(api, id, "echo 'print(1)' > output/a.py");
  await room.openHome();
  await room.open(id);
  await room.showTab("Files");
  await room.showTab("Terminal");
  expect(outside).toEqual([]);
  await api.call("DELETE", `/workrooms/${id}`);
});
