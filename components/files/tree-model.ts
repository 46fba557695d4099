import type { FileNode } from "@/lib/protocol/files";

/** What the page knows of one folder's children. */
export type FolderListing =
  | { status: "loading" }
  | { status: "failed"; message: string }
  | { status: "ready"; nodes: readonly FileNode[]; isTruncated: boolean };

export type NodeRow = {
  kind: "node";
  key: string;
  node: FileNode;
  depth: number;
  isExpanded: boolean;
  positionInSet: number;
  setSize: number;
};

export type NoteRow = {
  kind: "loading" | "failed" | "empty" | "truncated";
  key: string;
  folder: string;
  depth: number;
  text: string;
};

export type TreeRow = NodeRow | NoteRow;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Folders first, then by name the way people count: `file2` before `file10`. */
export function compareNodes(left: FileNode, right: FileNode): number {
  const isLeftFolder = left.type === "directory";
  const isRightFolder = right.type === "directory";
  if (isLeftFolder !== isRightFolder) return isLeftFolder ? -1 : 1;
  return collator.compare(left.name, right.name) || (left.path < right.path ? -1 : 1);
}

/** The rows a virtual list shows, top to bottom, of the open folders only. */
export function flattenTree(
  listings: ReadonlyMap<string, FolderListing>,
  expanded: ReadonlySet<string>,
): TreeRow[] {
  const rows: TreeRow[] = [];
  appendFolder(rows, listings, expanded, "", 1);
  return rows;
}

function appendFolder(
  rows: TreeRow[],
  listings: ReadonlyMap<string, FolderListing>,
  expanded: ReadonlySet<string>,
  folder: string,
  depth: number,
): void {
  const listing = listings.get(folder);
  const note = (kind: NoteRow["kind"], text: string): NoteRow => ({
    kind,
    key: `${kind}:${folder}`,
    folder,
    depth,
    text,
  });
  if (!listing || listing.status === "loading") {
    rows.push(note("loading", "Loading…"));
    return;
  }
  if (listing.status === "failed") {
    rows.push(note("failed", listing.message));
    return;
  }
  const nodes = listing.nodes.toSorted(compareNodes);
  if (nodes.length === 0) rows.push(note("empty", "Empty folder"));
  nodes.forEach((node, index) => {
    const isExpanded = node.type === "directory" && expanded.has(node.path);
    rows.push({
      kind: "node",
      key: node.path,
      node,
      depth,
      isExpanded,
      positionInSet: index + 1,
      setSize: nodes.length,
    });
    if (isExpanded) appendFolder(rows, listings, expanded, node.path, depth + 1);
  });
  if (listing.isTruncated) {
    rows.push(note("truncated", `Only the first ${nodes.length.toLocaleString()} are shown`));
  }
}

export type TreeMove =
  | { type: "focus"; path: string }
  | { type: "expand"; path: string }
  | { type: "collapse"; path: string }
  | { type: "none" };

/**
 * What a key does in the tree, after the ARIA tree pattern: up, down, Home, End move; right opens a folder or steps
 * into it; left closes it or steps out to its parent.
 */
export function moveInTree(
  rows: readonly TreeRow[],
  activePath: string | null,
  key: string,
): TreeMove {
  const nodes = rows.filter((row) => row.kind === "node");
  const at = nodes.findIndex((row) => row.node.path === activePath);
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: Math.max(at - 1, at === 0 ? -1 : 0),
    Home: 0,
    End: nodes.length - 1,
  };
  const step = steps[key];
  if (step !== undefined) return focusOn(nodes[step]);
  const active = nodes[at];
  if (!active) return { type: "none" };
  if (key === "ArrowRight") return moveInto(active, nodes[at + 1]);
  if (key === "ArrowLeft") return moveOut(active);
  return { type: "none" };
}

const focusOn = (row: NodeRow | undefined): TreeMove =>
  row ? { type: "focus", path: row.node.path } : { type: "none" };

function moveInto(active: NodeRow, next: NodeRow | undefined): TreeMove {
  if (active.node.type !== "directory") return { type: "none" };
  if (!active.isExpanded) return { type: "expand", path: active.node.path };
  return next && next.depth > active.depth ? focusOn(next) : { type: "none" };
}

function moveOut(active: NodeRow): TreeMove {
  if (active.isExpanded) return { type: "collapse", path: active.node.path };
  const parent = parentFolder(active.node.path);
  return parent === "" ? { type: "none" } : { type: "focus", path: parent };
}

/** First node whose name starts with what was typed, searched from the one after the active one. */
export function findByTyping(
  rows: readonly TreeRow[],
  activePath: string | null,
  typed: string,
): string | null {
  const nodes = rows.filter((row) => row.kind === "node");
  const at = nodes.findIndex((row) => row.node.path === activePath);
  // A longer search word keeps the active node when it still fits; a first letter moves on.
  const start = typed.length > 1 ? Math.max(at, 0) : at + 1;
  const ordered = [...nodes.slice(start), ...nodes.slice(0, start)];
  const wanted = typed.toLocaleLowerCase();
  return (
    ordered.find((row) => row.node.name.toLocaleLowerCase().startsWith(wanted))?.node.path ?? null
  );
}

/** The folder a path lies in; the root is `""`. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

/** What people bring lands in this folder; the agent can read it and not change it. */
export const UPLOAD_FOLDER = "input";

export const isInUploads = (path: string): boolean =>
  path === UPLOAD_FOLDER || path.startsWith(`${UPLOAD_FOLDER}/`);

/** Where an upload meant for a folder goes: there if it lies in input/, else into input/ itself. */
export const uploadFolder = (folder: string): string =>
  isInUploads(folder) ? folder : UPLOAD_FOLDER;

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const joinPath = (folder: string, name: string): string =>
  folder === "" ? name : `${folder}/${name}`;

/** Every folder above a path, outermost first, so that a tree can be opened down to it. */
export function ancestorFolders(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

/** Why a name can't be used for a file or folder, or `null`. */
export function nameProblem(name: string): string | null {
  const trimmed = name.trim();
  if (trimmed === "") return "Type a name.";
  if (trimmed === "." || trimmed === "..") return "This name is reserved.";
  if (trimmed.includes("/")) return "A name can't contain “/”.";
  if (trimmed.includes("\0")) return "A name can't contain this character.";
  if (new TextEncoder().encode(trimmed).length > 255) return "This name is too long.";
  return null;
}
