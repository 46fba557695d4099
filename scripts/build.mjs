// npm run build [-- runtime|processes|page] [-- --force]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProcesses, buildRuntime } from "./bundles.mjs";
import { contentHash } from "./content-hash.mjs";
import { runCommand } from "./run-command.mjs";
import { PlainError, runScript, step } from "./steps.mjs";

const root = join(import.meta.dirname, "..");
const nodeBinary = join(root, "node_modules/node/bin/node");
const stampPath = (name) => join(root, `dist/.${name}.sha256`);

async function buildPage() {
  await runCommand(nodeBinary, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    timeoutMs: 15 * 60_000,
  });
}

const common = ["package-lock.json", "tsconfig.json", "scripts/bundles.mjs", "scripts/build.mjs"];
const targets = {
  runtime: {
    title: "Bundle what runs in a room",
    inputs: ["engine", "lib/protocol"],
    output: "dist/runtime/node_modules",
    build: buildRuntime,
  },
  processes: {
    title: "Bundle web, host and supervisor",
    inputs: ["server.ts", "host", "lib"],
    output: "dist/up.mjs",
    build: buildProcesses,
  },
  page: {
    title: "Build the page",
    inputs: ["app", "components", "lib", "public", "next.config.ts", "postcss.config.mjs"],
    output: ".next/BUILD_ID",
    build: buildPage,
  },
};

/** Builds a target, unless the content of its inputs is that of the last build. */
async function buildTarget(name, isForced) {
  const target = targets[name];
  const paths = [...common, ...target.inputs].map((path) => join(root, path));
  const hash = contentHash(paths, process.arch);
  const last = existsSync(stampPath(name)) ? readFileSync(stampPath(name), "utf8") : "";
  if (!isForced && last === hash && existsSync(join(root, target.output))) return;
  await step(target.title, target.build);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(stampPath(name), hash);
}

export async function build(names = Object.keys(targets), isForced = false) {
  for (const name of names) await buildTarget(name, isForced);
}

if (process.argv[1] === import.meta.filename) {
  await runScript(async () => {
    const asked = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
    const unknown = asked.find((name) => !(name in targets));
    if (unknown) {
      throw new PlainError(
        `${unknown} is no target: choose of ${Object.keys(targets).join(", ")}.`,
      );
    }
    await build(asked.length > 0 ? asked : undefined, process.argv.includes("--force"));
  });
}
