import { expect, test } from "./fixtures";
import { makeRoom } from "./support/rooms";

test("the terminal runs commands as the agent, follows its size and comes back with what was on it", async ({
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Terminal");
  await room.open(id);
  await room.showTab("Terminal");
  const panel = room.page.getByRole("tabpanel", { name: "Terminal" });
  await expect(panel.getByText("Connected")).toBeVisible();
  const input = panel.locator(".xterm-helper-textarea");
  const rows = panel.locator(".xterm-rows");
  await input.focus();
  await room.page.keyboard.type("id -un; echo size-$(tput cols)\n");
  await expect(rows).toContainText("agent");
  await expect(rows).toContainText(/size-\d+/);
  const before = Number(/size-(\d+)/.exec((await rows.textContent()) ?? "")?.[1]);

  await room.page.setViewportSize({ width: 1_000, height: 700 });
  await expect(async () => {
    await input.focus();
    await room.page.keyboard.type("echo now-$(tput cols)\n");
    const now = [...((await rows.textContent()) ?? "").matchAll(/now-(\d+)/g)].at(-1)?.[1];
    expect(Number(now)).toBeLessThan(before);
  }).toPass({ timeout: 15_000 });

  await room.page.keyboard.type("echo left-behind\n");
  await expect(rows).toContainText("left-behind");
  await room.page.reload();
  await expect(panel.locator(".xterm-rows")).toContainText("left-behind");
  await checkAccessibility();
  await api.call("DELETE", `/workrooms/${id}`);
});
