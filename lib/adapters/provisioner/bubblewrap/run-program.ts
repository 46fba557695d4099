import { spawn } from "node:child_process";

export type ProgramResult = { exitCode: number | null; output: string };

/** What a room's first process gets. (The type names variables that only Next needs.) */
export const emptyEnvironment = {} as NodeJS.ProcessEnv;
const programEnvironment = {
  LC_ALL: "C",
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
} as unknown as NodeJS.ProcessEnv;

/** Runs a host program to its end with an empty environment; its output is kept to 8 KiB. Never throws. */
export function runProgram(
  file: string,
  args: string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: programEnvironment,
      cwd: "/",
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      timeout: options.timeoutMs ?? 30_000,
      killSignal: "SIGKILL",
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      if (output.length < 8_192) output += chunk.toString("utf8");
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.stdin?.on("error", () => null); // a program that ends before it has read everything
    child.stdin?.end(options.input);
    child.on("error", (error) => resolve({ exitCode: null, output: error.message }));
    child.on("close", (exitCode) => resolve({ exitCode, output: output.trim() }));
  });
}
