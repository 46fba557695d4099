// npm test [-- --only unit,integration]: sets itself up, runs every stage, ends with "N passed, N failed".
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { leftoverProcesses } from "./leftover-processes.mjs";
import { ensureNpmPackages, nodeBinary } from "./npm-packages.mjs";
import { formatElapsed, PlainError, runScript } from "./steps.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { describeEnd, describeFailures } from "./test-failures.mjs";
import { stages } from "./test-stages.mjs";

const KEPT_OUTPUT = 10_000;
const LAST_WORDS_MS = 1_000;
const root = join(import.meta.dirname, "..");
const runId = randomUUID();
const environment = {
  ...process.env,
  // npm puts Node 24 first only once it is installed; on a fresh clone this script still runs on the system's Node.
  PATH: [dirname(nodeBinary), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
  WORKROOM_TEST_RUN: runId,
  NEXT_TELEMETRY_DISABLED: "1",
  CI: "true",
  ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
};

/** Runs a stage's command with its output shown; resolves with whether it ended well, and with the output's end. */
function runCommandOf(stage) {
  const [command, ...args] = stage.command;
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...stage.env },
    detached: true,
  });
  let output = "";
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => {
      process[name].write(text);
      output = (output + text).slice(-KEPT_OUTPUT);
    });
  const stop = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // The whole group has ended.
    }
  };
  process.once("exit", stop);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      process.stdout.write(`${stage.title}: stopped after ${formatElapsed(stage.limitMs)}\n`);
      stop();
    }, stage.limitMs);
    child.on("error", () => resolve({ isDone: false, output }));
    child.on("exit", (code) => {
      clearTimeout(timer);
      process.removeListener("exit", stop);
      const told = () => resolve({ isDone: code === 0, output });
      child.once("close", told);
      setTimeout(told, LAST_WORDS_MS); // What it left running may hold its output open.
    });
  });
}

/** A stage without counts of its own is one test. */
async function runStage(stage) {
  process.stdout.write(`\n── ${stage.title}\n`);
  if (stage.report) rmSync(stage.report, { force: true });
  const startedAt = performance.now();
  const { isDone, output } = await runCommandOf(stage);
  const counts = stage.count?.() ?? { passed: isDone ? 1 : 0, failed: isDone ? 0 : 1, skipped: 0 };
  if (!isDone && counts.failed === 0) counts.failed = 1;
  const known = stage.failures?.() ?? [];
  const isTold = isDone || known.length > 0;
  const failures = isTold ? describeFailures(stage.title, known) : describeEnd(stage.title, output);
  const elapsed = formatElapsed(performance.now() - startedAt);
  return { title: stage.title, ...counts, failures, elapsed };
}

/** Ends what the run left behind, and counts it as a failure: nothing may outlive the tests. */
function sweep() {
  const left = leftoverProcesses(`WORKROOM_TEST_RUN=${runId}`);
  for (const { pid, line } of left) {
    process.stdout.write(`Left running: ${pid} ${line.slice(0, 200)}\n`);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return {
    title: "Nothing left running",
    passed: left.length ? 0 : 1,
    failed: left.length,
    skipped: 0,
  };
}

function chosenStages() {
  const at = process.argv.indexOf("--only");
  if (at < 0) return stages;
  const names = (process.argv[at + 1] ?? "").split(",");
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = stages.map((stage) => stage.name).join(", ");
    throw new PlainError(`There is no stage ${unknown}. Choose of: ${known}.`);
  }
  return stages.filter((stage) => names.includes(stage.name));
}

/** What failed comes last, right above the counts: of a long run often only the end is kept. */
function printSummary(outcomes) {
  const failures = outcomes.map((outcome) => outcome.failures).filter(Boolean);
  process.stdout.write(`\n${failures.length > 0 ? `${failures.join("\n")}\n` : ""}`);
  for (const { title, passed, failed, skipped, secondTries = 0, elapsed } of outcomes) {
    const mark = failed > 0 ? "✗" : "✓";
    const note =
      (skipped > 0 ? `, ${skipped} skipped` : "") +
      (secondTries > 0 ? `, ${secondTries} at the second try` : "");
    process.stdout.write(
      `${mark} ${title.padEnd(34)} ${passed} passed, ${failed} failed${note}${elapsed ? ` · ${elapsed}` : ""}\n`,
    );
  }
}

await runScript(async () => {
  const outcomes = [];
  try {
    const chosen = chosenStages();
    await ensureNpmPackages();
    await ensureSystemPackages(["run", "test"]);
    mkdirSync(join(root, "test-results"), { recursive: true });
    for (const stage of chosen) outcomes.push(await runStage(stage));
    outcomes.push(sweep());
  } catch (error) {
    process.stdout.write(`${error instanceof PlainError ? error.message : error.stack}\n`);
    outcomes.push({ title: "Set-up", passed: 0, failed: 1, skipped: 0 });
  }
  printSummary(outcomes);
  const sum = (field) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  process.exitCode = sum("failed") > 0 ? 1 : 0;
  process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed\n`);
});
