import { join } from "node:path";
import { nodeBinary } from "./npm-packages.mjs";
import { countPlaywright, countVitest } from "./test-counts.mjs";
import { failuresOfPlaywright, failuresOfVitest } from "./test-failures.mjs";

const root = join(import.meta.dirname, "..");
const minutes = (count) => count * 60_000;
const program = (path, ...args) => [nodeBinary, join(root, "node_modules", path), ...args];
const script = (name) => ["npm", "run", "--silent", name];

const check = (name, title, ...options) => ({
  name: `check:${name}`,
  title,
  kind: "check",
  command: [...script(`check:${name}`), ...options],
  limitMs: minutes(5),
});

const vitestOptions = (report) => [
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
];

const vitest = (project) => {
  const report = join(root, `test-results/${project}.json`);
  return {
    name: project,
    title: `Tests: ${project}`,
    kind: "tests",
    report,
    command: program("vitest/vitest.mjs", "run", "--project", project, ...vitestOptions(report)),
    count: () => countVitest(report),
    failures: () => failuresOfVitest(report),
    limitMs: minutes(20),
  };
};

const endToEndReport = join(root, "test-results/e2e.json");

/** What `npm test` runs, in this order. */
export const stages = [
  {
    name: "build:runtime",
    title: "Build the programs",
    kind: "check",
    command: script("build:runtime"),
    limitMs: minutes(5),
  },
  check("format", "Formatting"),
  check("lint", "Lint", "--", "--quiet"), // Warnings would bury what failed.
  check("layers", "Layers"),
  check("types", "Types"),
  check("dead", "Dead code"),
  vitest("unit"),
  vitest("integration"),
  {
    name: "build",
    title: "Build the page",
    kind: "check",
    command: script("build"),
    limitMs: minutes(10),
  },
  {
    name: "e2e",
    title: "Tests: e2e",
    kind: "tests",
    report: endToEndReport,
    command: program("@playwright/test/cli.js", "test"),
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: endToEndReport },
    count: () => countPlaywright(endToEndReport),
    failures: () => failuresOfPlaywright(endToEndReport),
    limitMs: minutes(25),
  },
];
