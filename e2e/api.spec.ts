import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { checkout } from "./support/installation";
import { ownWord } from "./support/own-word";
import { owner } from "./support/owner";

test.describe.configure({ timeout: 120_000 });

const run = promisify(execFile);
const TIMED_OUT = 28; // of curl's --max-time

async function makeKey(page: Page, orgSlug: string, name: string, scopes: string[]) {
  await page.goto(`/${orgSlug}/settings/api-keys`);
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog", { name: "New API key" });
  await dialog.getByLabel("Name").fill(name);
  for (const scope of scopes) await dialog.getByRole("checkbox", { name: scope }).check();
  await dialog.getByLabel("Current password").fill(owner.password);
  await dialog.getByRole("button", { name: "Make key" }).click();
  await expect(dialog).toHaveCount(0);
  const field = page.getByLabel(`Key "${name}"`);
  await expect(field).toHaveValue(/^wrk_[0-9a-z]{59}$/);
  return field.inputValue();
}

/** A shell with an address, a key and what earlier answers have named. */
async function runShell(script: string, env: Record<string, string>): Promise<string> {
  const told = { NODE_ENV: "test" as const, PATH: process.env.PATH ?? "", ...env };
  try {
    const { stdout } = await run("bash", ["-c", script], { env: told, timeout: 30_000 });
    return stdout;
  } catch (error) {
    const failure = error as { code?: unknown; stdout?: string };
    if (failure.code === TIMED_OUT) return failure.stdout ?? "";
    throw error;
  }
}

test("a key is made, shown once, works in the guide's examples, and is revoked", async ({
  page,
  api,
  orgSlug,
  baseURL,
  checkAccessibility,
}) => {
  const name = `Guide ${ownWord()}`;
  const key = await makeKey(page, orgSlug, name, ["read", "write", "run"]);
  await checkAccessibility();
  await page.reload();
  await expect(page.getByRole("list", { name: "Your keys" })).toContainText(name);
  await expect(page.getByText(key)).toHaveCount(0);

  const guide = readFileSync(path.join(checkout, "docs/api.md"), "utf8");
  const examples = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, script]) => script ?? "");
  expect(examples.length).toBeGreaterThan(5);
  const env: Record<string, string> = { WORKROOM_URL: baseURL ?? "", WORKROOM_KEY: key };
  const answers: string[] = [];
  for (const example of examples) {
    const answer = await runShell(example, env);
    answers.push(answer);
    if (!answer.includes('"mainChatId"')) continue;
    const room = JSON.parse(answer) as { id: string; mainChatId: string };
    Object.assign(env, { WORKROOM_ID: room.id, CHAT_ID: room.mainChatId });
    await expect
      .poll(async () => (await api.ask<{ state: string }>("GET", `/workrooms/${room.id}`)).state)
      .toBe("active");
  }
  const all = answers.join("\n");
  expect(all).not.toContain('"code"');
  for (const expected of [
    '"name":"sales.csv"',
    '"text":"Build a dashboard of sales.csv"',
    "id: 1\ndata: {",
    '"exitCode":0',
    "2026-02,15",
  ])
    expect(all).toContain(expected);

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("button", { name: `Revoke ${name}` })).toHaveCount(0);
  const refused = await runShell(
    'curl -sS -w "%{http_code}" "$WORKROOM_URL/api/v1/viewer" -H "Authorization: Bearer $WORKROOM_KEY"',
    env,
  );
  expect(refused).toContain('"code":"unauthenticated"');
  expect(refused).toMatch(/401$/);
  await api.call("DELETE", `/workrooms/${env["WORKROOM_ID"] ?? ""}`);
});

test("a body of 10 MB is refused before it is read, and what no API has is a problem", async ({
  baseURL,
}) => {
  const env = { WORKROOM_URL: baseURL ?? "" };
  const status = '-o /dev/null -w "%{http_code} %{content_type} %{size_upload}\\n"';
  const big = await runShell(
    `head -c 10000000 /dev/zero | tr '\\0' 'x' | curl -sS ${status} -X POST "$WORKROOM_URL/api/v1/workrooms" -H "Content-Type: application/json" -H "Expect:" --data-binary @-`,
    env,
  );
  expect(big).toMatch(/^413 application\/problem\+json/);
  const between = await runShell(
    `head -c 900000 /dev/zero | tr '\\0' 'x' | curl -sS ${status} -X POST "$WORKROOM_URL/api/v1/workrooms" -H "Content-Type: application/json" --data-binary @-`,
    env,
  );
  expect(between).toMatch(/^401 application\/problem\+json/);
  for (const missing of ["/api/v2/workrooms", "/api/v1", "/api/nothing", "/api/v1/nothing"]) {
    const answer = await runShell(`curl -sS ${status} "$WORKROOM_URL${missing}"`, env);
    expect(answer).toMatch(/^404 application\/problem\+json/);
  }
  const head = await runShell(`curl -sS -I "$WORKROOM_URL/api/v1/openapi.json"`, env);
  expect(head).toContain("200 OK");
  const options = await runShell(`curl -sS -i -X OPTIONS "$WORKROOM_URL/api/v1/workrooms"`, env);
  expect(options).toMatch(/204 No Content[\s\S]*allow: GET, POST, HEAD, OPTIONS/i);
});

const phone = { width: 390, height: 844 };

for (const scheme of ["light", "dark"] as const)
  test(`the docs are public, searchable and readable in ${scheme} colours, on a phone too`, async ({
    browser,
    baseURL,
    checkAccessibility,
  }) => {
    const context = await browser.newContext({ colorScheme: scheme, baseURL: baseURL ?? "" });
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(baseURL ?? "")) foreign.push(request.url());
    });
    await page.goto("/docs/api#problem-not_found");
    await expect(page.getByRole("heading", { name: "API", exact: true })).toBeVisible();
    await page.getByText("POST/api/v1/workrooms", { exact: false }).first().waitFor();
    await page.getByRole("searchbox").fill("revokes api key");
    await expect(page.getByText("1 found.")).toBeVisible();
    const revoke = page.locator("#operation-api_key\\.revoke");
    await revoke.locator("summary").click();
    await expect(revoke.getByText("Only for a signed-in person, not for keys.")).toBeVisible();
    await page.getByRole("searchbox").fill("");
    await page.locator("#operation-workroom\\.create summary").click();
    await page.locator("#operation-workroom\\.create").scrollIntoViewIfNeeded();
    await checkAccessibility(page);
    await page.setViewportSize(phone);
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    expect(foreign).toEqual([]);
    await context.close();
  });
