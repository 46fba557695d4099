import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

type Failure = { file: string; name: string; error: string; isSecondTry: boolean };
type Reader = (file: string) => Failure[];
type Counter = (file: string) => Record<string, number>;

// Plain JavaScript without types: these scripts run before anything is installed.
const load = async <T>(name: string) => (await import(path.join(import.meta.dirname, name))) as T;

let folder: string;
let failures: {
  failuresOfVitest: Reader;
  failuresOfPlaywright: Reader;
  describeFailures: (title: string, failures: Failure[]) => string;
  describeEnd: (title: string, output: string) => string;
};
let counts: { countVitest: Counter };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "workroom-failures-"));
  failures = await load("test-failures.mjs");
  counts = await load("test-counts.mjs");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tests = `
import { expect, test } from "vitest";
let tries = 0;
test("is right at once", () => expect(1).toBe(1));
test("needs a second try", () => expect(++tries).toBe(2));
test("is wrong", () => expect("apples").toBe("pears"));
`;

/** A report as the installed vitest writes it. */
function reportOfVitest(): string {
  const vitest = path.join(import.meta.dirname, "../node_modules/vitest");
  const report = path.join(folder, "vitest.json");
  const source = tests.replace('"vitest"', JSON.stringify(path.join(vitest, "dist/index.js")));
  writeFileSync(path.join(folder, "some.test.mjs"), source);
  writeFileSync(path.join(folder, "broken.test.mjs"), "throw new Error('can not be loaded');");
  const options = ["--retry=1", "--reporter=json", `--outputFile.json=${report}`];
  try {
    const args = [path.join(vitest, "vitest.mjs"), "run", "--root", folder, ...options];
    execFileSync(process.execPath, args, { stdio: "ignore", timeout: 60_000 });
  } catch {
    // It ends with a failure, as it should.
  }
  return report;
}

test("of a vitest run, each failed test is told with its file and error, and a second try apart", () => {
  const report = reportOfVitest();
  expect(counts.countVitest(report)).toEqual({ passed: 2, failed: 2, skipped: 0, secondTries: 1 });
  const told = failures.failuresOfVitest(report);
  const byName = (name: string) => told.find((failure) => failure.name === name);
  expect(told).toHaveLength(3);
  expect(byName("is wrong")).toMatchObject({ isSecondTry: false });
  expect(byName("is wrong")?.file).toMatch(/some\.test\.mjs$/);
  expect(byName("is wrong")?.error).toContain("expected 'apples' to be 'pears'");
  expect(byName("needs a second try")).toMatchObject({ isSecondTry: true });
  expect(byName("(the file itself)")?.error).toContain("can not be loaded");
});

const tried = (retry: number, ...messages: string[]) => ({
  retry,
  ...(messages.length > 0 && { error: { message: messages[0] } }),
  errors: messages.map((message) => ({ message })),
});
const spec = (title: string, line: number, status: string, results: unknown[]) => ({
  title,
  line,
  file: "build.spec.ts",
  tests: [{ status, results }],
});

test("of a Playwright run, each try that failed is told with its own error; what passed is not", () => {
  const report = path.join(folder, "e2e.json");
  const suite = {
    specs: [
      spec("fine", 1, "expected", [tried(0)]),
      spec("shaky", 5, "flaky", [tried(0, "Timeout", "waiting for a button"), tried(1)]),
    ],
    suites: [{ specs: [spec("bad", 9, "unexpected", [tried(0, "first"), tried(1, "second")])] }],
  };
  writeFileSync(report, JSON.stringify({ suites: [suite], errors: [{ message: "no browser" }] }));
  const told = failures.failuresOfPlaywright(report);
  expect(told.map(({ name, isSecondTry }) => [name, isSecondTry])).toEqual([
    ["shaky", true],
    ["bad", false],
    ["(outside of the tests)", false],
  ]);
  expect(told[0]?.error).toBe("Try 1: Timeout\nwaiting for a button");
  expect(told[1]).toMatchObject({
    file: "e2e/build.spec.ts:9",
    error: "Try 1: first\nTry 2: second",
  });
});

test("a failure is told in at most 15 lines, without colours", () => {
  const error = Array.from({ length: 40 }, (_line, at) => `\u001B[31mline ${at}\u001B[39m`).join(
    "\n",
  );
  const text = failures.describeFailures("Tests: unit", [
    { file: "lib/a.test.ts", name: "adds up", error, isSecondTry: false },
  ]);
  expect(text.split("\n").slice(0, 3)).toEqual([
    "✗ failed · Tests: unit · lib/a.test.ts",
    "  adds up",
    "    line 0",
  ]);
  expect(text).toContain("line 14");
  expect(text).not.toContain("line 15");
});

test("a run that never wrote its report has nothing to tell", () => {
  expect(failures.failuresOfVitest(path.join(folder, "none.json"))).toEqual([]);
  expect(failures.failuresOfPlaywright(path.join(folder, "none.json"))).toEqual([]);
});

test("of a check, the end of what it printed is told", () => {
  const output = Array.from({ length: 40 }, (_line, at) => `line ${at}`).join("\n");
  const text = failures.describeEnd("Lint", output);
  expect(text.split("\n")[0]).toBe("✗ failed · Lint");
  expect(text).toContain("line 39");
  expect(text).not.toContain("line 24\n");
});
