import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { HostUser } from "./data-folder";
import { PlainFailure } from "./plain-failure";

/** The machine's own view, for a supervisor in a private mount namespace: the host runs with it. */
export type OuterView = { mounts: string; checkout: string };

const OUTER_VIEW = "--outer-view=";

export function outerView(): OuterView | null {
  const word = process.argv.find((argument) => argument.startsWith(OUTER_VIEW));
  const [mounts, checkout] = word?.slice(OUTER_VIEW.length).split(":") ?? [];
  return mounts && checkout ? { mounts, checkout } : null;
}

/** Whether the web's user can read the product's files: a checkout below /root is closed to it. */
export function canRead(checkout: string, user: HostUser): boolean {
  const files = ["dist/server.mjs", "node_modules/next/package.json", ".next/BUILD_ID", "drizzle"];
  const tests = files.map((file) => `test -r ${JSON.stringify(file)}`).join(" && ");
  const asUser = ["--reuid", `${user.uid}`, "--regid", `${user.gid}`, "--clear-groups", "--"];
  const answer = spawnSync("setpriv", [...asUser, "sh", "-c", `cd "$0" && ${tests}`, checkout], {
    timeout: 10_000,
    stdio: "ignore",
  });
  return answer.status === 0;
}

// Mounts made here are seen by the supervisor, the web and the database only, and end with them.
const script =
  'mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" && cd "$2" && shift 2 && exec "$@"';

/**
 * Runs the supervisor again in a private mount namespace in which the checkout is at `mountPoint`, read-only and within
 * reach of the web's user. Resolves with its exit code.
 */
export function superviseInPrivateMounts(checkout: string, mountPoint: string): Promise<number> {
  mkdirSync(mountPoint, { recursive: true, mode: 0o755 });
  const view = `${OUTER_VIEW}/proc/${process.pid}/ns/mnt:${checkout}`;
  const supervisor = path.join(mountPoint, "dist/up.mjs");
  const program = [process.execPath, supervisor, ...process.argv.slice(2), view];
  const unshare = ["unshare", "--mount", "--propagation", "private", "--"];
  const shell = ["sh", "-c", script, "sh", checkout, mountPoint, ...program];
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", ...unshare, ...shell], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(
        new PlainFailure(`The web can't be given read access to ${checkout}: ${error.message}`),
      ),
    );
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
