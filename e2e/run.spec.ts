import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures";
import { makeRoom } from "./support/rooms";

const example = (name: string) => readFileSync(`examples/pipeline/${name}`, "utf8");

test.describe.configure({ timeout: 120_000 });

test("a person runs Python in a room, sees its table, stops another run, and opens the report that the steps made", async ({
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Runs");
  await room.open(id);
  expect(await api.upload(id, "input/sales.csv", example("sales.csv"))).toBe(201);
  await room.page.getByRole("button", { name: "Show tabs" }).click();
  await room.page.getByRole("menuitemcheckbox", { name: "Run" }).click();
  await room.page.keyboard.press("Escape");
  await room.page.getByRole("tab", { name: "Run", exact: true }).click();
  const panel = room.page.getByRole("tabpanel", { name: "Run" });
  const output = panel.getByRole("region", { name: "Output" });
  const type = async (code: string) => {
    await panel.locator(".monaco-editor").first().click();
    await room.page.keyboard.press("ControlOrMeta+a");
    await room.page.keyboard.insertText(code);
    // The editor closes brackets and quotes by itself: what it has put behind the cursor goes.
    await room.page.keyboard.press("ControlOrMeta+Shift+End");
    await room.page.keyboard.press("Delete");
    await panel.getByRole("button", { name: "Run" }).click();
  };

  await type("[{'town': 'Graz', 'n': 3}]");
  await expect(output.getByRole("columnheader", { name: "town" })).toBeVisible();
  await expect(output.getByRole("cell", { name: "Graz" })).toBeVisible();
  await expect(output.getByText("Done")).toBeVisible();
  await checkAccessibility();

  await type("import time; print('begun'); time.sleep(60)");
  await expect(output.getByText("begun")).toBeVisible();
  await panel.getByRole("button", { name: "Stop" }).click();
  await expect(output.getByText("Stopped", { exact: true })).toBeVisible();

  const code = example("to-json.py");
  await api.ask("POST", `/workspaces/${id}/runs/python`, { code, timeoutMs: 120_000 });
  const shares = `jq -c '(map(.cents) | add) as $sum | map(. + {permille: (.cents * 1000 / $sum | round)})' output/totals.json > output/shares.json`;
  await api.ask("POST", `/workspaces/${id}/exec`, { command: shares });
  await api.ask("POST", `/workspaces/${id}/exec`, { command: example("report.sh") });
  await room.showTab("Files");
  await room.page.getByRole("treeitem", { name: "report.pdf" }).click();
  const files = room.page.getByRole("tabpanel", { name: "Files" });
  await expect(files.getByRole("img", { name: "Page 1" })).toBeVisible();
  await expect(files.getByText(/\d+ pages?/)).toBeVisible();
  await api.call("DELETE", `/workrooms/${id}`);
});
