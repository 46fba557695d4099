import { spawn } from "node:child_process";
import { PlainError } from "./steps.mjs";

const TAIL_BYTES = 8_000;

/**
 * Runs a command to its end and gives its output. `shouldShow` passes the output through while it runs.
 * Otherwise only the end of the output is shown, and only when the command fails.
 */
export function runCommand(command, args, options = {}) {
  const { shouldShow = false, cwd, env, timeoutMs, isFailureFine = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ["ignore", shouldShow ? "inherit" : "pipe", shouldShow ? "inherit" : "pipe"],
    });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-1_000_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const timer = timeoutMs ? setTimeout(() => child.kill("SIGKILL"), timeoutMs) : null;
    child.on("error", (error) => {
      if (timer) clearTimeout(timer);
      reject(new PlainError(`${command} can't be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      if (timer) clearTimeout(timer);
      if (code === 0 || isFailureFine) return resolve({ code, output });
      const line = [command, ...args].join(" ");
      const reason = signal ? `was stopped by ${signal}` : `ended with code ${code}`;
      reject(new PlainError(`${line} ${reason}.\n${output.slice(-TAIL_BYTES)}`));
    });
  });
}
