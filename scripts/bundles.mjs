import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PlainError } from "./steps.mjs";

const root = join(import.meta.dirname, "..");

// Bundled CommonJS packages call require(); an ES module has none of its own.
const banner = {
  js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
};
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "silent",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
};

/** Processes of the installation: their packages come from node_modules. */
const installed = {
  up: "lib/server/supervisor/main.ts",
  host: "host/main.ts",
  server: "server.ts",
};

/** Programs that run in a room: one file each, nothing else of the checkout is visible there. */
const inRoom = {
  engine: "engine/main.ts",
  agent: "engine/agent/main.ts",
  probe: "engine/probe/main.ts",
};
const nativePackages = ["@lydell/node-pty", `@lydell/node-pty-linux-${process.arch}`];

async function bundle(esbuild, entry, outfile, options) {
  let built;
  try {
    built = await esbuild.build({
      ...shared,
      entryPoints: [entry],
      outfile,
      metafile: true,
      ...options,
    });
  } catch (error) {
    const lines = (error.errors ?? []).map(
      ({ text, location }) => `${location ? `${location.file}:${location.line}: ` : ""}${text}`,
    );
    throw new PlainError(`${entry} can't be bundled.\n${lines.join("\n") || error.message}`);
  }
  // With packages left outside, esbuild takes a file of ours that is missing for a package.
  const missing = Object.values(built.metafile.outputs)
    .flatMap(({ imports }) => imports)
    .find(({ path, external }) => external && path.startsWith("@/"));
  if (missing) throw new PlainError(`${entry} imports ${missing.path}, which is missing.`);
}

const present = (entries) =>
  Object.entries(entries).filter(([, entry]) => existsSync(join(root, entry)));

/** dist/runtime: what is copied into the folder that every room sees at /opt/workroom. */
export async function buildRuntime(outDir = join(root, "dist/runtime")) {
  const esbuild = await import("esbuild");
  for (const [name, entry] of present(inRoom)) {
    await bundle(esbuild, entry, join(outDir, `${name}.mjs`), {
      banner,
      loader: { ".py": "text" }, // scripts that the demo employee writes
      external: nativePackages,
      sourcemap: false,
      minifySyntax: true,
      minifyWhitespace: true,
    });
  }
  const packagesDir = join(outDir, "node_modules");
  rmSync(packagesDir, { recursive: true, force: true });
  for (const name of nativePackages) {
    const source = join(root, "node_modules", name);
    if (!existsSync(source)) throw new PlainError(`The package ${name} is missing: run npm ci.`);
    mkdirSync(join(packagesDir, name), { recursive: true });
    cpSync(source, join(packagesDir, name), { recursive: true });
  }
}

/** dist/{up,host,server}.mjs. */
export async function buildProcesses() {
  const esbuild = await import("esbuild");
  for (const [name, entry] of present(installed)) {
    await bundle(esbuild, entry, `dist/${name}.mjs`, { packages: "external" });
  }
}
