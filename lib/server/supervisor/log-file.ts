import { appendFileSync, chmodSync, existsSync, renameSync, statSync } from "node:fs";
import path from "node:path";

const MAX_BYTES = 20_000_000;
const levelNames: Readonly<Record<number, string>> = { 40: "warning", 50: "error", 60: "fatal" };

export type LogFile = { path: string; write(chunk: string): void; tail(): string };

/**
 * `<logs>/<name>.log`, one JSON object a line where the program writes such lines. Kept below 40 MB with its one
 * predecessor. Warnings and errors are also shown to the operator as plain lines by `show`.
 */
export function openLogFile(folder: string, name: string, show: (line: string) => void): LogFile {
  const file = path.join(folder, `${name}.log`);
  let tail = "";
  let rest = "";
  const rotate = () => {
    if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, `${file}.1`);
  };
  let written = 0;
  rotate();
  return {
    path: file,
    tail: () => tail,
    write: (chunk) => {
      tail = (tail + chunk).slice(-4_000);
      written += chunk.length;
      if (written > MAX_BYTES) {
        written = 0;
        rotate();
      }
      try {
        appendFileSync(file, chunk, { mode: 0o600 });
        chmodSync(file, 0o600);
      } catch {
        // A full disk must not end the supervisor; the operator sees the warning of the host's disk stop.
      }
      const lines = (rest + chunk).split("\n");
      rest = (lines.pop() ?? "").slice(-100_000);
      for (const line of lines) {
        const shown = prettyLine(name, line);
        if (shown) show(shown);
      }
    },
  };
}

/** A warning or an error in plain words, or `null` when the operator need not see the line. */
export function prettyLine(name: string, line: string): string | null {
  if (line.trim() === "") return null;
  try {
    const entry = JSON.parse(line) as {
      level?: unknown;
      msg?: unknown;
      err?: { message?: unknown };
    };
    const level = levelNames[Number(entry.level)];
    if (!level) return null;
    const cause = entry.err?.message ? `: ${String(entry.err.message)}` : "";
    return `${name} ${level}: ${String(entry.msg ?? "")}${cause}`;
  } catch {
    return null;
  }
}
