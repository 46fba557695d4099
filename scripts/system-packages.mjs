import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";
import { PlainError, step } from "./steps.mjs";

// Commands of the system's own folders count too: an ordinary user's PATH often lacks them.
const folders = [
  ...new Set([...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"]),
].filter(Boolean);

function isCommandThere(name) {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const isThere = (entry) => (entry.command ? isCommandThere(entry.command) : existsSync(entry.file));

function missingPackages(kinds) {
  const list = JSON.parse(readFileSync(join(import.meta.dirname, "system-packages.json"), "utf8"));
  return kinds
    .flatMap((kind) => list[kind])
    .filter((entry) => !isThere(entry))
    .map((entry) => entry.package);
}

async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!isCommandThere("sudo")) return null;
  const { code } = await runCommand("sudo", ["-n", "true"], { isFailureFine: true });
  return code === 0 ? ["sudo", "-n"] : null;
}

const aptEnv = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };

async function apt(prefix, args) {
  const [command, ...rest] = [...prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", ...args];
  await runCommand(command, rest, { env: aptEnv, timeoutMs: 15 * 60_000 });
}

/**
 * Installs the Debian packages of these kinds ("run", "test") that are missing.
 *
 * @throws PlainError with the line to run, when this user may not install packages
 */
export async function ensureSystemPackages(kinds) {
  const missing = missingPackages(kinds);
  if (missing.length === 0) return;
  const line = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!isCommandThere("apt-get")) {
    throw new PlainError(
      `These are missing and this system has no apt-get to install them with: ${missing.join(", ")}.`,
    );
  }
  const prefix = await rootPrefix();
  if (!prefix) {
    throw new PlainError(
      `System packages are missing. Run this line, then start again:\n  sudo ${line}`,
    );
  }
  await step(`Install ${missing.length} system packages`, async () => {
    await apt(prefix, ["update"]);
    await apt(prefix, ["install", "-y", "--no-install-recommends", ...missing]);
  });
  const still = missingPackages(kinds);
  if (still.length > 0) {
    throw new PlainError(`apt-get ended well, but these are still missing: ${still.join(", ")}.`);
  }
}
