import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  constants,
} from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

/** Copies a file unless the copy is there already; a room that runs keeps the file it has open. */
function copyOnce(source: string, target: string, mode: number): void {
  const from = statSync(source);
  const to = existsSync(target) ? lstatSync(target) : null;
  const mtimeMs = Math.floor(from.mtimeMs / 1_000) * 1_000;
  const isSame = to?.isFile() && to.size === from.size && to.mtimeMs === mtimeMs;
  if (isSame && ((to?.mode ?? 0) & 0o777) === mode) return;
  const unfinished = `${target}.new`;
  copyFileSync(source, unfinished, constants.COPYFILE_FICLONE);
  chmodSync(unfinished, mode);
  utimesSync(unfinished, mtimeMs / 1_000, mtimeMs / 1_000);
  renameSync(unfinished, target);
}

function copyFolder(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  chmodSync(target, 0o755);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [path.join(source, entry.name), path.join(target, entry.name)];
    if (entry.isDirectory()) copyFolder(from, to);
    else if (entry.isFile()) copyOnce(from, to, entry.name.endsWith(".node") ? 0o755 : 0o644);
  }
}

const tiniPaths = ["/usr/bin/tini-static", "/usr/bin/tini"];

/**
 * Fills the folder that every room sees read-only at /opt/workroom: Node 24, the engine's and the agent's bundles
 * (dist/runtime), the native part of the terminal and the reaper. Files of the caller's user, readable by all.
 */
export function installRuntime(target: string, checkout: string): void {
  const bundles = path.join(checkout, "dist/runtime");
  if (!existsSync(path.join(bundles, "engine.cjs")))
    throw new PlainFailure("The engine is not built. Run: npm run build:runtime");
  const tini = tiniPaths.find((file) => existsSync(file));
  if (!tini)
    throw new PlainFailure("The system package tini is missing. Run: apt-get install tini");
  copyFolder(bundles, target);
  copyOnce(path.join(checkout, "node_modules/node/bin/node"), path.join(target, "node"), 0o755);
  copyOnce(tini, path.join(target, "tini"), 0o755);
}
