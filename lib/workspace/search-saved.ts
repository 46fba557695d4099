import { buffer } from "node:stream/consumers";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import type { FileEntry, ManifestEntry } from "@/lib/protocol/store";
import { createGlobMatcher } from "./glob-matcher";
import { isText } from "./is-text";
import { createLineSearch, isPassedOver, searchCaps } from "./search-lines";
import { createSegmentReader } from "./segment-reader";

/** Finds lines in the files of a saved state; `start` is the prefix of the folder that is searched. */
export async function searchSaved(
  store: ObjectStore,
  entries: Iterable<ManifestEntry>,
  start: string,
  asked: FileOpInput<"search">,
): Promise<FileOpResult<"search">> {
  const { path, glob, limit } = asked;
  const search = createLineSearch(asked);
  const fits = glob === undefined ? () => true : createGlobMatcher(glob);
  const read = createSegmentReader(store);
  const until = performance.now() + searchCaps.timeMs;
  const result: FileOpResult<"search"> = { matches: [], isTruncated: false, searchedFiles: 0 };
  let left: number = searchCaps.totalBytes;
  for (const entry of entries) {
    const below = entry.path.slice(start.length);
    if (!isSearched(entry) || isPassedOver(below) || !fits(below)) continue;
    left -= entry.size;
    if (left < 0 || result.searchedFiles >= searchCaps.files || performance.now() > until)
      return { ...result, isTruncated: true };
    const content = await read(entry);
    const bytes = Buffer.isBuffer(content) ? content : await buffer(content);
    if (!isText(bytes)) continue;
    result.searchedFiles += 1;
    const full = path === "" ? below : `${path}/${below}`;
    const room = limit + 1 - result.matches.length;
    result.matches.push(...search(full, bytes.toString("utf8"), room));
    if (result.matches.length > limit)
      return { ...result, matches: result.matches.slice(0, limit), isTruncated: true };
  }
  return result;
}

const isSearched = (entry: ManifestEntry): entry is FileEntry =>
  entry.type === "file" && entry.size <= searchCaps.fileBytes;
