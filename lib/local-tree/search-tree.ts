import { closeSync } from "node:fs";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import { openFileAt } from "@/lib/workspace/dir-fd";
import { createGlobMatcher } from "@/lib/workspace/glob-matcher";
import { isText } from "@/lib/workspace/is-text";
import { createLineSearch, isPassedOver, searchCaps } from "@/lib/workspace/search-lines";
import { readWhole } from "./content-hash";
import type { Tree } from "./owners";
import { type Found, visitBelow } from "./visit-below";

/** Finds lines in the text files below a folder, within what one search may cost. */
export async function searchTree(
  tree: Tree,
  asked: FileOpInput<"search">,
): Promise<FileOpResult<"search">> {
  const { path, glob, limit } = asked;
  const search = createLineSearch(asked);
  const fits = glob === undefined ? () => true : createGlobMatcher(glob);
  const until = performance.now() + searchCaps.timeMs;
  const result: FileOpResult<"search"> = { matches: [], isTruncated: false, searchedFiles: 0 };
  let left: number = searchCaps.totalBytes;

  await visitBelow(tree, path, { recursive: true }, async (found) => {
    const { below, stat } = found;
    if (!stat.isFile() || isPassedOver(below) || !fits(below)) return true;
    if (stat.size > searchCaps.fileBytes) return true;
    left -= Number(stat.size);
    result.isTruncated =
      left < 0 || result.searchedFiles >= searchCaps.files || performance.now() > until;
    if (result.isTruncated) return false;
    const text = await readText(found);
    if (text === null) return true;
    result.searchedFiles += 1;
    const full = path === "" ? below : `${path}/${below}`;
    result.matches.push(...search(full, text, limit + 1 - result.matches.length));
    if (result.matches.length <= limit) return true;
    result.matches.length = limit;
    result.isTruncated = true;
    return false;
  });
  return result;
}

/** Null for what is no text, or gone. */
async function readText({ dirFd, name }: Found): Promise<string | null> {
  const file = openOrNull(dirFd, name);
  if (file === null) return null;
  try {
    const bytes = await readWhole(file.fd, Math.min(Number(file.stat.size), searchCaps.fileBytes));
    return isText(bytes) ? bytes.toString("utf8") : null;
  } finally {
    closeSync(file.fd);
  }
}

function openOrNull(dirFd: number, name: string) {
  try {
    return openFileAt(dirFd, name);
  } catch {
    return null; // removed or replaced since it was looked at
  }
}
