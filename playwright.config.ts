import { execFileSync } from "node:child_process";
import { defineConfig, devices } from "@playwright/test";

/** A free port, chosen once: the workers inherit it from the runner. */
function chosenPort(): number {
  const script =
    'const s = require("node:net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });';
  process.env.WORKROOM_E2E_PORT ??= execFileSync(process.execPath, ["-e", script])
    .toString()
    .trim();
  return Number(process.env.WORKROOM_E2E_PORT);
}

const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/playwright",
  globalSetup: "./e2e/support/start-product.ts",
  workers: 2,
  fullyParallel: true, // Files whose tests belong together say so; all others fill what is left of the time.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [
    ["list"],
    ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? "test-results/e2e.json" }],
  ],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://workroom.localhost:${chosenPort()}`,
    viewport: { width: 1_440, height: 900 },
    // Without its film: a picture of every page many times a second costs more than the journeys themselves.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: chromiumArguments,
    },
  },
  projects: [
    { name: "set-up", testMatch: "set-up.spec.ts" },
    { name: "journeys", testIgnore: "set-up.spec.ts", dependencies: ["set-up"] },
  ],
});
