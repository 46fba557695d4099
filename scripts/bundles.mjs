import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlainError } from "./steps.mjs";

const root = join(import.meta.dirname, "..");

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
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

/** Runs under a user of its own, who need not see the packages: one file. */
const alone = { quota: "host/quota/main.ts" };

/** Programs that run in a room: one file each, nothing else of the checkout is visible there. */
const inRoom = {
  engine: "engine/main.ts",
  agent: "engine/agent/main.ts",
  "files-mcp": "engine/files/main.ts",
  probe: "engine/probe/main.ts",
  "run-javascript": "engine/run/runners/run-javascript.ts",
  "run-plugin": "engine/run/runners/run-plugin.ts",
};
/** Programs in Python, which a room gets as they are. */
const pythonInRoom = ["run-python.py", "confine.py"];
const nativePackages = ["@lydell/node-pty", `@lydell/node-pty-linux-${process.arch}`];

async function bundle(esbuild, entry, options) {
  let built;
  try {
    built = await esbuild.build({ ...shared, metafile: true, ...options });
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
  return built;
}

const present = (entries) =>
  Object.entries(entries).filter(([, entry]) => existsSync(join(root, entry)));

/** The room's end of a WebSocket only answers on a unix socket: what a client needs for wss:// takes 3 MiB. */
const withoutTls = {
  name: "without-tls",
  setup(build) {
    build.onResolve({ filter: /^(https|tls)$/ }, ({ importer }) =>
      importer.includes("/node_modules/ws/") ? { path: "none", namespace: "empty" } : null,
    );
    build.onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * One program of a room, in parts: `import()` loads a part with its first use, so that an idle engine holds nothing of
 * what it does not do. As CommonJS, since Node's loader of ES modules alone takes 6 MiB of each process.
 */
async function bundleForRoom(esbuild, name, entry, outDir) {
  const { outputFiles } = await bundle(esbuild, entry, {
    entryPoints: { [name]: entry },
    outdir: outDir,
    outExtension: { ".js": ".cjs" },
    chunkNames: `${name}-[hash]`,
    splitting: true,
    write: false,
    plugins: [withoutTls],
    loader: { ".py": "text" }, // scripts that the demo employee writes
    external: nativePackages,
    minifySyntax: true,
    minifyWhitespace: true,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await esbuild.transform(text, {
      format: "cjs",
      target: "node24",
      supported: { "dynamic-import": false }, // becomes require()
      define: { "import.meta.dirname": "__dirname" },
      minifySyntax: true,
      minifyWhitespace: true,
    });
    writeFileSync(path, code);
  }
}

/** dist/runtime: what is copied into the folder that every room sees at /opt/workroom. */
export async function buildRuntime(outDir = join(root, "dist/runtime")) {
  const esbuild = await import("esbuild");
  mkdirSync(outDir, { recursive: true });
  // Parts have the hash of their content in their name: those of an earlier build would stay.
  for (const name of readdirSync(outDir))
    if (/^(engine|agent|probe|files-mcp|run-javascript|run-plugin)\b.*\.[cm]js$/.test(name))
      rmSync(join(outDir, name));
  for (const [name, entry] of present(inRoom)) await bundleForRoom(esbuild, name, entry, outDir);
  for (const name of pythonInRoom)
    cpSync(join(root, "engine/run/runners", name), join(outDir, name));
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
    await bundle(esbuild, entry, {
      entryPoints: [entry],
      outfile: `dist/${name}.mjs`,
      packages: "external",
      sourcemap: "linked",
      sourcesContent: false,
    });
  }
  for (const [name, entry] of present(alone))
    await bundle(esbuild, entry, { entryPoints: [entry], outfile: `dist/${name}.mjs` });
}
