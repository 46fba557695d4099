import { readdirSync, readFileSync } from "node:fs";

/** Processes that were started by this test run and are still there: each inherits the run's mark. */
export function leftoverProcesses(mark) {
  const found = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${name}/environ`, "utf8");
      if (!environment.split("\0").includes(mark)) continue;
      const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      if (line !== "") found.push({ pid: Number(name), line });
    } catch {
      // It ended between the listing and the reading, or is another user's.
    }
  }
  return found;
}
