import { z } from "zod";
import type { FileEntry, ManifestEntry } from "@/lib/protocol/store";
import type { PublishCandidate } from "@/lib/protocol/views";
import { isText } from "@/lib/workspace/is-text";
import type { Manifest } from "@/lib/workspace/manifest";
import { readEntryBytes } from "@/lib/workspace/read-entry";
import { isQuietPath } from "../change/quiet-names";
import type { Ports } from "../context";
import { isServedPath } from "./served-files";

const MAX_CANDIDATES = 50;
const MAX_READ_BYTES = 1_000_000;
const LARGE_APP_BYTES = 100_000_000;
const serverFiles = ["server.js", "server.mjs", "server.ts", "server.py", "app.py", "manage.py"];

const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const isIn = (path: string, folder: string) => folder === "" || path.startsWith(`${folder}/`);

/**
 * What a workspace offers for publishing: folders with an `index.html` (the outermost ones), single HTML files outside
 * of them, and servers, which are refused with a reason. Deliverables below `output/` come first.
 */
export async function findCandidates(
  ports: Pick<Ports, "store">,
  manifest: Manifest,
): Promise<PublishCandidate[]> {
  const files = manifest.entries.filter(
    (entry): entry is FileEntry =>
      entry.type === "file" && !isQuietPath(entry.path) && !isIn(entry.path, "input"),
  );
  const servers = await findServers(ports, files);
  const folders = outermost(
    files
      .filter(({ path }) => nameOf(path).toLowerCase() === "index.html")
      .map(({ path }) => folderOf(path))
      .filter((folder) => folder !== "" && !servers.has(folder)),
  );
  const pages = files.filter(
    ({ path }) =>
      /\.html?$/i.test(path) &&
      !folders.some((folder) => isIn(path, folder)) &&
      ![...servers.keys()].some((folder) => isIn(path, folder)),
  );
  const found = [
    ...folders.map((path) => describeFolder(ports, manifest, path)),
    ...pages.map((entry) => describePage(ports, entry)),
    ...[...servers].map(async ([path, how]) => describeServer(path, how)),
  ];
  const candidates = await Promise.all(found.slice(0, MAX_CANDIDATES));
  return candidates.toSorted(byPlace);
}

const byPlace = (a: PublishCandidate, b: PublishCandidate) =>
  Number(a.refusal !== null) - Number(b.refusal !== null) ||
  Number(isIn(b.sourcePath, "output")) - Number(isIn(a.sourcePath, "output")) ||
  (a.sourcePath < b.sourcePath ? -1 : 1);

const outermost = (folders: readonly string[]) =>
  folders.filter((folder) => !folders.some((other) => other !== folder && isIn(folder, other)));

/** The files of a folder that an App would serve. */
export const servedBelow = (manifest: Manifest, folder: string): FileEntry[] =>
  manifest.entries.filter(
    (entry: ManifestEntry): entry is FileEntry =>
      entry.type === "file" &&
      isIn(entry.path, folder) &&
      isServedPath(entry.path.slice(folder.length + 1)),
  );

async function describeFolder(
  ports: Pick<Ports, "store">,
  manifest: Manifest,
  sourcePath: string,
): Promise<PublishCandidate> {
  const files = servedBelow(manifest, sourcePath);
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const index = files.find(
    ({ path }) => folderOf(path) === sourcePath && nameOf(path) === "index.html",
  );
  const warnings = index ? await pageWarnings(ports, index) : [];
  if (totalBytes > LARGE_APP_BYTES) warnings.push("It is large, so it will load slowly.");
  const hidden = manifest.entries.filter(
    ({ path, type }) => type === "file" && isIn(path, sourcePath) && /(^|\/)\.env/.test(path),
  );
  if (hidden.length > 0) warnings.push("Files like .env stay private: they are not published.");
  return {
    sourcePath,
    kind: "static_folder",
    fileCount: files.length,
    totalBytes,
    warnings,
    refusal: null,
  };
}

const describePage = async (
  ports: Pick<Ports, "store">,
  entry: FileEntry,
): Promise<PublishCandidate> => ({
  sourcePath: entry.path,
  kind: "html_file",
  fileCount: 1,
  totalBytes: entry.size,
  warnings: await pageWarnings(ports, entry),
  refusal: null,
});

const describeServer = (sourcePath: string, how: string): PublishCandidate => ({
  sourcePath,
  kind: "server",
  fileCount: 0,
  totalBytes: 0,
  warnings: [],
  refusal: `This is a server (${how}). Servers can't be published yet: build it into a folder with an index.html, or ask for a page that works without a server.`,
});

async function pageWarnings(ports: Pick<Ports, "store">, entry: FileEntry): Promise<string[]> {
  const text = await readText(ports, entry);
  if (text === null) return [];
  return /https?:\/\/(localhost|127\.0\.0\.1)\b/.test(text)
    ? ["It loads something from localhost, which readers don't have."]
    : [];
}

const Package = z.object({ scripts: z.record(z.string(), z.string()).optional() });

/** Folders that run a server, with what starts it. A package whose page is built into another folder is one too. */
async function findServers(
  ports: Pick<Ports, "store">,
  files: readonly FileEntry[],
): Promise<Map<string, string>> {
  const servers = new Map<string, string>();
  for (const entry of files) {
    const folder = folderOf(entry.path);
    if (folder === "") continue;
    if (serverFiles.includes(nameOf(entry.path))) servers.set(folder, nameOf(entry.path));
    if (nameOf(entry.path) !== "package.json") continue;
    const scripts = parsePackage(await readText(ports, entry));
    const script = ["start", "dev"].find((name) => scripts[name] !== undefined);
    if (script) servers.set(folder, `npm run ${script}`);
  }
  return servers;
}

function parsePackage(text: string | null): Record<string, string> {
  try {
    return Package.parse(JSON.parse(text ?? "{}")).scripts ?? {};
  } catch {
    return {};
  }
}

async function readText(ports: Pick<Ports, "store">, entry: FileEntry): Promise<string | null> {
  if (entry.size > MAX_READ_BYTES) return null;
  const bytes = await readEntryBytes(ports.store, entry, MAX_READ_BYTES);
  return isText(bytes) ? bytes.toString("utf8") : null;
}
