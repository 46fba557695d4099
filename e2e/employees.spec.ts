import type { AgentView, WorkspaceView } from "../lib/protocol/workspace-views";
import { expect, test } from "./fixtures";

test("an employee gets a workspace, its computer has the file, sleeps, and the file is still there", async ({
  api,
  page,
  orgSlug,
  checkAccessibility,
}) => {
  test.setTimeout(120_000);
  // What a first try left behind.
  const before = await api.call<{ agents: AgentView[] }>("GET", "/agents");
  for (const agent of before.body.agents) await api.call("DELETE", `/agents/${agent.id}`);
  await page.goto(`/${orgSlug}/employees`);
  await expect(page.getByText("No employees yet")).toBeVisible();
  await page.screenshot({ path: "test-results/pictures/employees-empty.png" });
  await page.getByRole("button", { name: "New employee" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Grace");
  await dialog.getByLabel("Instructions").fill("Keeps the books of the shop.");
  await dialog.getByRole("button", { name: "Make employee" }).click();

  await expect(page.getByRole("heading", { name: "Grace" })).toBeVisible();
  await page.getByRole("switch", { name: "Workspace" }).click();
  await expect(page.getByText("/agents/ag_")).toBeVisible();
  const agentId = /ag_\w+/.exec(page.url())?.[0] ?? "";
  await api.call("POST", `/workspaces/${agentId}/files/write`, {
    path: "output/books.txt",
    content: "paid: 42\n",
  });
  await page.reload();
  await expect(page.getByRole("switch", { name: "Workspace" })).toHaveText("Turn off");
  await expect(page.getByText("output", { exact: true }).first()).toBeVisible();
  await checkAccessibility();
  await page.screenshot({ path: "test-results/pictures/employee-workspace.png", fullPage: true });

  await page.getByRole("tab", { name: "Computer" }).click();
  await page.getByRole("button", { name: "Wake computer" }).click();
  const panel = page.getByRole("tabpanel", { name: "Computer" });
  await expect(panel.getByText("Connected")).toBeVisible({ timeout: 30_000 });
  await panel.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(
    "cat /workspace/output/books.txt; echo more >> /workspace/output/books.txt\n",
  );
  await expect(panel.locator(".xterm-rows")).toContainText("paid: 42");
  await page.screenshot({ path: "test-results/pictures/employee-computer.png" });

  await panel.getByRole("button", { name: "Put to sleep" }).click();
  await expect(panel.getByText("The computer is asleep")).toBeVisible({ timeout: 30_000 });
  const read = await api.call<{ content: string }>(
    "GET",
    `/workspaces/${agentId}/files/read?path=output/books.txt`,
  );
  expect(read.body.content).toBe("paid: 42\nmore\n");
  await expect(page.getByRole("navigation", { name: "Workrooms" })).not.toContainText("Grace");

  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("tab", { name: "Workspace" }).click();
  await expect(page.getByText("/agents/ag_")).toBeVisible();
  await page.screenshot({ path: "test-results/pictures/employee-dark.png", fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: "test-results/pictures/employee-phone.png" });
  await page.goto(`/${orgSlug}/employees`);
  await expect(page.getByRole("link", { name: /Grace/ })).toBeVisible();
  await page.screenshot({ path: "test-results/pictures/employees-phone.png" });

  const view = await api.call<AgentView>("GET", `/agents/${agentId}`);
  expect(view.body.computer).toMatchObject({ state: "sleeping" });
  const space = await api.call<WorkspaceView>("GET", `/workspaces/${agentId}`);
  expect(space.body).toMatchObject({ kind: "computer", root: `agents/${agentId}` });
  await api.call("DELETE", `/agents/${agentId}`);
});
