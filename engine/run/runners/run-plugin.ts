import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
import { readRequest, say } from "./runner-words";

// Runs a WASI module whose folders are the workspace and nothing else; confine.py has shut the rest for this program.
const PAGE_BYTES = 65_536;
const NO_PROGRAM = 126;
const request = readRequest();
const maxBytes = request.memoryBytes ?? Infinity;

class Refused extends Error {}

function readModule(): Buffer {
  const bytes = readFileSync(request.path ?? 6);
  if (bytes.subarray(0, 4).toString("latin1") !== "\0asm")
    throw new Refused("This file is no WASM module.");
  return bytes;
}

function checkImports(program: WebAssembly.Module): void {
  const other = WebAssembly.Module.imports(program).find(
    ({ module: from, kind }) => from !== "wasi_snapshot_preview1" || kind !== "function",
  );
  if (other)
    throw new Refused(`The module needs ${other.module}.${other.name}, which WASI has not.`);
  if (!WebAssembly.Module.exports(program).some(({ name }) => name === "_start"))
    throw new Refused("The module has no _start: it is a library, not a program.");
}

async function main(): Promise<number> {
  const program = await WebAssembly.compile(new Uint8Array(readModule()));
  checkImports(program);
  const { workspaceDir, cwd, args, env = {} } = request;
  const wasi = new WASI({
    version: "preview1",
    args: [request.path ?? "plugin", ...args],
    env,
    preopens: { "/workspace": workspaceDir, ".": cwd },
    returnOnExit: true,
  });
  const instance = await WebAssembly.instantiate(program, wasi.getImportObject() as never);
  const memory = instance.exports["memory"];
  const isFull = () =>
    memory instanceof WebAssembly.Memory &&
    memory.buffer.byteLength + 32 * PAGE_BYTES >= maxBytes * 0.95;
  try {
    const code = wasi.start(instance);
    if (code !== 0 && isFull()) say({ type: "out_of_memory" });
    return code;
  } catch (error) {
    if (isFull()) say({ type: "out_of_memory" });
    else if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
      say({ type: "trap" });
    throw error;
  }
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Refused) return text;
  if (/initial memory size|memory.*larger than|could not allocate/i.test(text)) {
    say({ type: "out_of_memory" });
    return `The module needs more memory than it may have. ${text}`;
  }
  return error instanceof Error ? `${error.name}: ${text}` : text;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message = explain(error);
    process.stderr.write(`${message}\n`);
    say({
      type: "fault",
      fault: {
        name: error instanceof Error && !(error instanceof Refused) ? error.name : "NotAPlugin",
        message,
        line: null,
      },
    });
    process.exit(NO_PROGRAM);
  },
);
