import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const MAX_LINES = 15;
const MAX_LINE = 300;

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null);
const fromHere = (path) => (path.startsWith("/") ? relative(process.cwd(), path) : path);

/**
 * What failed in a vitest JSON report, also what passed only at the second try that CI gives: vitest keeps the errors
 * of the first try with a test that passed. A file that broke outside of its tests has its own message.
 */
export function failuresOfVitest(file) {
  const report = readJson(file);
  if (!report) return [];
  return report.testResults.flatMap((one) => {
    const failed = one.assertionResults.filter(({ failureMessages }) => failureMessages.length > 0);
    const hasBroken = one.status === "failed" && !failed.some(({ status }) => status === "failed");
    const broken = { file: fromHere(one.name), name: "(the file itself)", error: one.message };
    return [
      ...failed.map(({ ancestorTitles, title, status, failureMessages }) => ({
        file: fromHere(one.name),
        name: [...ancestorTitles, title].filter(Boolean).join(" › "),
        error: failureMessages.join("\n"),
        isSecondTry: status === "passed",
      })),
      ...(hasBroken ? [{ ...broken, isSecondTry: false }] : []),
    ];
  });
}

const specsBelow = (suite) => [
  ...(suite.specs ?? []),
  ...(suite.suites ?? []).flatMap((below) => specsBelow(below)),
];

/** The same of a Playwright JSON report; every try that failed is told, each try with its own error. */
export function failuresOfPlaywright(file) {
  const report = readJson(file);
  if (!report) return [];
  const tests = specsBelow(report).flatMap((spec) => spec.tests.map((test) => ({ spec, test })));
  const failed = tests.filter(({ test }) => ["unexpected", "flaky"].includes(test.status));
  return [
    ...failed.map(({ spec, test }) => ({
      file: `e2e/${spec.file}:${spec.line}`,
      name: spec.title,
      error: test.results
        .filter(({ error }) => error)
        .map(errorOfTry)
        .join("\n"),
      isSecondTry: test.status === "flaky",
    })),
    ...report.errors.map((error) => ({
      file: fromHere(error.location?.file ?? "e2e"),
      name: "(outside of the tests)",
      error: error.message ?? error.value ?? "",
      isSecondTry: false,
    })),
  ];
}

/** A time-out has its reason in a second error: what the test waited for. */
const errorOfTry = ({ retry, errors }) =>
  `Try ${retry + 1}: ${errors.map(({ message }) => cut(message ?? "", 7)).join("\n")}`;

function cut(text, lines = MAX_LINES) {
  const all = stripVTControlCharacters(text).split("\n");
  const shown = all.filter((line) => line.trim() !== "").slice(0, lines);
  return shown.map((line) => line.slice(0, MAX_LINE)).join("\n");
}

/** The failures as text: where, which, and the first lines of why. */
export function describeFailures(title, failures) {
  return failures
    .map(({ file, name, error, isSecondTry }) => {
      const mark = isSecondTry ? "! passed at the second try" : "✗ failed";
      const why = cut(error).replaceAll(/^/gm, "    ");
      return `${mark} · ${title} · ${file}\n  ${name}\n${why}\n`;
    })
    .join("\n");
}

/** What a stage without a report of its failures printed last. */
export function describeEnd(title, output) {
  const lines = stripVTControlCharacters(output).split("\n");
  const last = lines.filter((line) => line.trim() !== "").slice(-MAX_LINES);
  return `✗ failed · ${title}\n${cut(last.join("\n")).replaceAll(/^/gm, "    ")}\n`;
}
