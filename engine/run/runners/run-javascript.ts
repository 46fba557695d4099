import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { constants, Script } from "node:vm";
import { inspect } from "node:util";
import { asAsyncFunction } from "./as-async-function";
import { readRequest, say } from "./runner-words";
import { tableOf } from "./table-of";

// Runs JavaScript as a notebook does: the value of its last expression is its result; `await` and `import` work at the
// top. The program ends when nothing is left to wait for, as any program of Node does.
const MAX_RESULT_CHARS = 100_000;
const request = readRequest();
const name = request.path ?? "<code>";

function show(value: unknown): void {
  const table = tableOf(value);
  if (table) return say({ type: "table", table });
  const text = inspect(value, { depth: 6, maxArrayLength: 200, maxStringLength: MAX_RESULT_CHARS });
  return say({ type: "result", text: text.slice(0, MAX_RESULT_CHARS) });
}

/** The frames of this file and of Node tell nothing about the code that was sent. */
const isOwn = (line: string) =>
  !/^\s+at /.test(line) || !(line.includes(__filename) || line.includes("node:"));
const ownFrames = (stack: string) => stack.split("\n").filter(isOwn).join("\n");

function lineOf(error: Error): number | null {
  if ("line" in error && typeof error.line === "number") return error.line;
  const frame = (error.stack ?? "").split("\n").find((line) => line.includes(`${name}:`));
  const line = frame?.slice(frame.indexOf(`${name}:`) + name.length + 1);
  return line ? Number.parseInt(line, 10) || null : null;
}

function fail(thrown: unknown, code: string): void {
  process.exitCode = 1;
  const isError = thrown instanceof Error;
  const error = isError ? thrown : new Error(`${inspect(thrown)} was thrown.`);
  const line = isError ? lineOf(error) : null;
  const source = line === null ? undefined : code.split("\n")[line - 1];
  const place = source === undefined ? "" : `${name}:${line}\n${source}\n\n`;
  process.stderr.write(`${place}${ownFrames(error.stack ?? String(error))}\n`);
  say({
    type: "fault",
    fault: { name: error.name, message: error.message.slice(0, 20_000), line },
  });
}

async function main(): Promise<void> {
  let code = "";
  try {
    code = request.code ?? readFileSync(name, "utf8");
    process.on("uncaughtException", (error) => {
      fail(error, code);
      process.exit(1);
    });
    process.argv = [process.execPath, name, ...request.args];
    const home = request.path ?? join(request.cwd, "[code]");
    Object.assign(globalThis, {
      require: createRequire(home),
      display: (...values: unknown[]) => values.forEach(show),
    });
    const { text, columnOffset } = asAsyncFunction(code);
    const script = new Script(text, {
      filename: name,
      columnOffset,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const result: unknown = await script.runInThisContext();
    if (result !== undefined) show(result);
  } catch (error) {
    fail(error, code);
  }
}

void main();
