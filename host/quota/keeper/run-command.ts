import { spawn } from "node:child_process";

const TIMEOUT_MS = 10_000;
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a program to its end; `fd` becomes its descriptor 3. @throws Error with what it printed */
export function runCommand(file: string, args: string[], fd?: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { LC_ALL: "C", PATH } as unknown as NodeJS.ProcessEnv,
      cwd: "/",
      stdio: fd === undefined ? ["ignore", "ignore", "pipe"] : ["ignore", "ignore", "pipe", fd],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${file}: ${output.trim() || String(code)}`)),
    );
  });
}
