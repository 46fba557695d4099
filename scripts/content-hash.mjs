import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const skippedNames = new Set(["node_modules", ".next", "dist", ".git"]);
const isTest = (name) => /\.(test|spec)\.tsx?$/.test(name);

function* filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) return yield path;
  for (const name of readdirSync(path).toSorted()) {
    if (!skippedNames.has(name) && !isTest(name)) yield* filesBelow(join(path, name));
  }
}

/** SHA-256 over the names and contents of the files at or below `paths` (tests left out); missing paths count as empty. */
export function contentHash(paths, extra = "") {
  const hash = createHash("sha256").update(extra);
  for (const path of paths) {
    for (const file of filesBelow(path)) hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}
