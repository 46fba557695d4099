import { execFile } from "node:child_process";
import { promisify } from "node:util";

const COMPILE_TIMEOUT_MS = 60_000;

/** Compiles C for WASI with Debian's clang, wasi-libc and lld; resolves with the path of the module. */
export async function compileWasm(path: string, source: string): Promise<string> {
  const compiled = promisify(execFile)(
    "clang",
    ["--target=wasm32-wasi", "-O1", "-x", "c", "-o", path, "-"],
    { timeout: COMPILE_TIMEOUT_MS },
  );
  compiled.child.stdin?.end(source);
  await compiled;
  return path;
}
