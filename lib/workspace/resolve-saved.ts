import { assertOpen } from "./normal-path";
import { fileError } from "./file-error";
import type { Manifest } from "./manifest";

const MAX_HOPS = 40;

/**
 * The path behind links, by the names passed on the way, as a walk over the room's disk resolves it.
 *
 * @throws AppError ENOENT for a missing folder or a link that leads out, ENOTDIR, ELOOP, EPERM
 */
export function resolveSaved(manifest: Manifest, path: string, followsLast: boolean): string {
  const pending = path.split("/").filter(Boolean);
  let passed: string[] = [];
  for (let hops = 0; hops <= MAX_HOPS;) {
    const name = pending.shift();
    if (name === undefined) return checked(passed);
    if (name === ".") continue;
    if (name === "..") {
      if (passed.pop() === undefined) throw leadsOut();
      continue;
    }
    const isLast = pending.length === 0;
    const entry = manifest.find([...passed, name].join("/"));
    if (entry?.type !== "symlink" || (isLast && !followsLast)) {
      if (!isLast && entry?.type !== "directory") throw fileError(entry ? "ENOTDIR" : "ENOENT");
      passed.push(name);
      continue;
    }
    hops += 1;
    const target = entry.target.split("/").filter(Boolean);
    if (!entry.target.startsWith("/")) pending.unshift(...target);
    else if (target[0] === "workspace") {
      passed = [];
      pending.unshift(...target.slice(1));
    } else throw leadsOut();
  }
  throw fileError("ELOOP");
}

function checked(passed: readonly string[]): string {
  const path = passed.join("/");
  assertOpen(path);
  return path;
}

const leadsOut = () =>
  fileError("ENOENT", {
    message: "This link leads outside the workspace, so it can't be opened here.",
  });
