// npm run bench -- main [--json FILE]: builds what changed, then runs bench/<suite>.ts on Node 24.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureNpmPackages, nodeBinary } from "./npm-packages.mjs";
import { PlainError, runScript } from "./steps.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";

const root = join(import.meta.dirname, "..");

/** Bundled to dist/bench/, two folders deep like bench/ and e2e/support/: paths relative to the file stay right. */
async function bundleSuite(name) {
  const entry = join(root, `bench/${name}.ts`);
  if (!existsSync(entry))
    throw new PlainError(`There is no suite ${name}. Try: npm run bench -- main`);
  const esbuild = await import("esbuild");
  const outfile = join(root, `dist/bench/${name}.mjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}

await runScript(async () => {
  const [name = "main", ...rest] = process.argv.slice(2);
  await ensureNpmPackages();
  await ensureSystemPackages(["run"]);
  await build();
  const suite = await bundleSuite(name);
  const child = spawn(nodeBinary, [suite, ...rest], { cwd: root, stdio: "inherit" });
  process.exitCode = await new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
});
