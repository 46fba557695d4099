import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";
import { PlainError, step } from "./steps.mjs";

const root = join(import.meta.dirname, "..");
const stamp = join(root, "node_modules/.workroom-lock.sha256");

/** The pinned Node 24 of the lock file; everything but the first script runs on it. */
export const nodeBinary = join(root, "node_modules/node/bin/node");

const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** npm keeps a lock file of what it installed: after `npm install X` it already equals ours. */
function isInstalled() {
  const installedLock = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedLock)) return false;
  const installed = packagesOf(installedLock);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

/** Installs what the lock file says, when it is not what was installed last. */
export async function ensureNpmPackages() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lock).digest("hex");
  const isCurrent = existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (existsSync(nodeBinary) && (isCurrent || isInstalled())) {
    if (!isCurrent) writeFileSync(stamp, hash);
    return;
  }
  await step("Install npm packages", () =>
    runCommand("npm", ["ci", "--include=dev", "--no-progress"], {
      cwd: root,
      timeoutMs: 15 * 60_000,
    }),
  );
  if (!existsSync(nodeBinary)) {
    throw new PlainError(
      "npm installed the packages but not Node 24 (package `node`): its install script was not run. " +
        "Allow it (npm config delete ignore-scripts) and start again.",
    );
  }
  writeFileSync(stamp, hash);
}
