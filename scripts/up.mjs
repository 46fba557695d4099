// npm run up: sets up what is missing, builds what changed, then hands over to the supervisor (Node 24, dist/up.mjs).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureNpmPackages, nodeBinary } from "./npm-packages.mjs";
import { PlainError, runScript } from "./steps.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";

const root = join(import.meta.dirname, "..");

function checkMachine() {
  if (process.platform !== "linux") {
    throw new PlainError("Workroom runs on Linux: its rooms are made of Linux namespaces.");
  }
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) {
    throw new PlainError(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  }
}

/** Runs the supervisor in our place: same terminal, same exit code; it ends when this script does. */
function superviseInPlace(args) {
  const supervisor = ["--pdeathsig", "TERM", "--", nodeBinary, join(root, "dist/up.mjs"), ...args];
  const child = spawn("setpriv", supervisor, { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

await runScript(async () => {
  checkMachine();
  const args = process.argv.slice(2);
  await ensureNpmPackages();
  await ensureSystemPackages(["run"]);
  await build();
  process.exitCode = await superviseInPlace(args);
});
