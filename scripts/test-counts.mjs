import { existsSync, readFileSync } from "node:fs";

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null);

/**
 * Counts of a vitest JSON report. A file that broke before its first test counts as one failure; a test that passed with
 * an error kept from an earlier try needed the second one that CI gives.
 */
export function countVitest(file) {
  const report = readJson(file);
  if (!report) return { passed: 0, failed: 0, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const secondTries = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => test.status === "passed" && test.failureMessages.length > 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    secondTries: secondTries.length,
  };
}

/** Counts of a Playwright JSON report; how many tests needed the second try that CI gives is told apart. */
export function countPlaywright(file) {
  const report = readJson(file);
  if (!report) return { passed: 0, failed: 0, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected + report.errors.length,
    skipped,
    secondTries: flaky,
  };
}
