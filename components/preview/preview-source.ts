import type { FileNode } from "@/lib/protocol/files";

/** What a preview can show: a server that listens in the room, or an HTML file of the workspace. */
export type PreviewSource =
  | { kind: "port"; key: string; port: number; program: string }
  | { kind: "file"; key: string; path: string };

type Port = { port: number; program: string };

export const portSource = ({ port, program }: Port): PreviewSource => ({
  kind: "port",
  key: `port:${port}`,
  port,
  program,
});
export const fileSource = (path: string): PreviewSource => ({
  kind: "file",
  key: `file:${path}`,
  path,
});

/** Servers in the order the room reports them (newest first), then HTML files, the newest first. */
export function listPreviewSources(
  ports: readonly Port[],
  files: readonly FileNode[],
): PreviewSource[] {
  const pages = files
    .filter((file) => file.type === "file" && isHtmlPath(file.path))
    .toSorted(
      (left, right) =>
        Date.parse(right.modifiedAt) - Date.parse(left.modifiedAt) ||
        Number(isIndex(right.path)) - Number(isIndex(left.path)) ||
        left.path.localeCompare(right.path),
    );
  return [...ports.map(portSource), ...pages.map((file) => fileSource(file.path))];
}

/**
 * The source to show. A person's own choice holds as long as it exists; a chosen server that stopped listening stays
 * chosen, so that the page can say so instead of jumping to something else.
 */
export function pickPreviewSource(
  sources: readonly PreviewSource[],
  chosen: PreviewSource | null,
): PreviewSource | null {
  if (chosen) return sources.find((source) => source.key === chosen.key) ?? chosen;
  return sources[0] ?? null;
}

export const isListening = (sources: readonly PreviewSource[], source: PreviewSource): boolean =>
  source.kind === "file" || sources.some((other) => other.key === source.key);

export const isHtmlPath = (path: string): boolean => /\.html?$/i.test(path);
const isIndex = (path: string): boolean => /(^|\/)index\.html?$/i.test(path);

/** What the ticket is for: the port of a server, or the workspace's static files. */
export const previewObjectId = (workroomId: string, source: PreviewSource): string =>
  `${workroomId}:${source.kind === "port" ? source.port : "static"}`;

/** Where a preview starts: the root of a server, or the file itself. */
export const startPath = (source: PreviewSource): string =>
  source.kind === "port" ? "/" : `/${source.path.split("/").map(encodeURIComponent).join("/")}`;

export const sourceLabel = (source: PreviewSource): string =>
  source.kind === "port"
    ? `Server on port ${source.port}${source.program ? ` (${source.program})` : ""}`
    : source.path;

/** What a person typed into the path field, as a path on the preview's own origin. */
export function typedPath(text: string): string {
  const trimmed = text.trim();
  let path = trimmed;
  try {
    const url = new URL(trimmed);
    if (url.protocol === "http:" || url.protocol === "https:") {
      path = `${url.pathname}${url.search}${url.hash}`;
    }
  } catch {
    // Not an address of its own: it is a path already.
  }
  return `/${path.replace(/^\/+/, "")}`;
}
