import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunProgram } from "@/lib/protocol/runs";

const tini = [join(dirname(process.execPath), "tini"), "/usr/bin/tini-static", "/usr/bin/tini"];
const PYTHON = "/usr/bin/python3";
const PAGE_BYTES = 65_536;

/**
 * The runner's shell reports its exit on fd 3 and then waits, so that the engine can end what the run has left behind
 * while it is still known to be the run's.
 */
const WAIT_SCRIPT = '"$@" 3>&-\necho $? >&3\nread -r _ <&3';

let supervisor: string | null | undefined;
const findSupervisor = () => (supervisor ??= tini.find((path) => existsSync(path)) ?? null);

/** The command line of a program; `isRunner`: it takes a request on fd 4 and speaks on fd 5. */
export function commandLineOf(
  program: RunProgram,
  workspaceDir: string,
): { command: string; args: string[]; isRunner: boolean } {
  const line =
    program.kind === "command" ? shellLine(program.command) : runnerLine(program, workspaceDir);
  const isRunner = program.kind !== "command";
  const found = findSupervisor();
  const [command = "", ...args] = found === null ? line : [found, "-s", "--", ...line];
  return { command, args, isRunner };
}

const shellLine = (command: string) => ["/bin/bash", "-c", command];

function runnerLine(
  program: Exclude<RunProgram, { kind: "command" }>,
  workspaceDir: string,
): string[] {
  const limit =
    program.kind === "plugin"
      ? `ulimit -S -t ${program.cpuSeconds}\nulimit -H -t ${program.cpuSeconds + 2}\n`
      : "";
  return ["/bin/sh", "-c", limit + WAIT_SCRIPT, "sh", ...languageLine(program, workspaceDir)];
}

const runner = (name: string) => join(import.meta.dirname, name);

function languageLine(
  program: Exclude<RunProgram, { kind: "command" }>,
  workspaceDir: string,
): string[] {
  switch (program.kind) {
    case "python":
      return [PYTHON, runner("run-python.py")];
    case "javascript":
      return [process.execPath, "--no-warnings", runner("run-javascript.cjs")];
    case "plugin": {
      const pages = Math.max(1, Math.floor(program.memoryBytes / PAGE_BYTES));
      const node = [process.execPath, "--no-warnings", `--wasm-max-mem-pages=${pages}`];
      return [PYTHON, "-I", "-S", runner("confine.py"), workspaceDir, "--"].concat(
        node,
        runner("run-plugin.cjs"),
      );
    }
  }
}
