import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  type PathLike,
  type Stats,
} from "node:fs";
import type { RawName } from "@/lib/workspace/dir-fd";
import { Refusal } from "./errno";

const { O_RDONLY, O_RDWR, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
export const ROOT_ID = 1;
/** Descriptors a mount keeps open between requests. */
const MAX_OPEN = 512;
const asciiOnly = /^[\u0000-\u007f]*$/; // eslint-disable-line no-control-regex -- any byte below 128 but NUL

/** Where a node was last seen. Names are latin1: a character a byte. */
type Location = { parent: TreeNode; name: string };

/** A file, folder or link that the kernel knows by number: the number of the file below. */
export type TreeNode = {
  readonly id: number;
  readonly kind: "file" | "folder" | "other";
  at: Location | null;
  /** Further names of a hard-linked file. */
  others: Location[];
  birthMs: number;
  /** Bytes that the book counts for it. */
  size: number;
  /** Times the kernel was given it, less what it has forgotten. */
  lookups: number;
  /** Taken over from a server that died: how often the kernel was given it is not known. */
  isInherited: boolean;
  /** Removed, but a program may have it open: its descriptor stays until the kernel forgets it. */
  isGone: boolean;
  isSetgid: boolean;
  fd: number;
};

/** The path of a name in an open folder: only the last name is looked up, whatever happens above it. */
export function pathAt(folderFd: number, name: string): PathLike {
  const folder = `/proc/self/fd/${folderFd}/`;
  return asciiOnly.test(name) ? folder + name : Buffer.from(folder + name, "latin1");
}

export const kindOf = (stats: Stats): TreeNode["kind"] =>
  stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";

/** The nodes of one mount and their open descriptors: everything is reached by walking open folders, no link followed. */
export class TreeNodes {
  private readonly byId = new Map<number, TreeNode>();
  private readonly open = new Set<TreeNode>();
  private readonly rootIno: number;
  readonly root: TreeNode;

  constructor(rootPath: string) {
    const fd = openSync(rootPath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const stats = fstatSync(fd);
    this.rootIno = stats.ino;
    this.root = { ...blank(ROOT_ID, stats), fd, lookups: 1 };
    this.byId.set(ROOT_ID, this.root);
  }

  /** @throws Refusal ESTALE for a number that is not known (any more) */
  get(id: number): TreeNode {
    const node = this.byId.get(id);
    if (!node) throw new Refusal("ESTALE");
    return node;
  }

  find(ino: number): TreeNode | undefined {
    return this.byId.get(ino === this.rootIno ? ROOT_ID : ino);
  }

  /** The node of what was just seen at a place. */
  see(stats: Stats, parent: TreeNode, name: string): TreeNode {
    const known = this.find(stats.ino);
    if (!known || known.kind !== kindOf(stats)) return this.add(stats, parent, name);
    // The number of a file that was removed below us is used again.
    if (known.birthMs !== stats.birthtimeMs) this.renew(known, stats);
    if (known.at?.parent !== parent || known.at.name !== name) {
      if (known.at && stats.nlink > 1 && known.kind === "file") known.others.push(known.at);
      known.at = { parent, name };
    }
    return known;
  }

  /** A node that the kernel may know from a server that died. */
  inherit({ stats, name, folderIno }: { stats: Stats; name: RawName; folderIno: number }): void {
    const parent = this.find(folderIno);
    const bytes = typeof name === "string" ? Buffer.from(name, "utf8") : name;
    if (parent) this.see(stats, parent, bytes.toString("latin1")).isInherited = true;
  }

  /** Bytes of files that are removed and may be open. */
  goneBytes(): number {
    let bytes = 0;
    for (const node of this.open) if (node.isGone) bytes += node.size;
    return bytes;
  }

  private add(stats: Stats, parent: TreeNode, name: string): TreeNode {
    const previous = this.byId.get(stats.ino);
    if (previous) this.close(previous);
    const node = { ...blank(stats.ino, stats), at: { parent, name } };
    node.lookups = previous?.lookups ?? 0;
    this.byId.set(node.id, node);
    return node;
  }

  private renew(node: TreeNode, stats: Stats): void {
    this.close(node);
    Object.assign(node, { at: null, others: [], birthMs: stats.birthtimeMs, isGone: false });
    node.size = stats.size;
  }

  /** Descriptor of a node: of a file for reading and writing, of a folder to walk on. */
  fdOf(node: TreeNode): number {
    if (node.fd >= 0) return node.fd;
    if (node.isGone || node.kind === "other") throw new Refusal("ESTALE");
    for (const place of [node.at, ...node.others]) {
      const fd = place && this.tryOpen(node, place);
      if (fd === null) continue;
      node.at = place;
      return this.keep(node, fd);
    }
    throw new Refusal("ESTALE");
  }

  private tryOpen(node: TreeNode, { parent, name }: Location): number | null {
    const how = node.kind === "folder" ? O_RDONLY | O_DIRECTORY : O_RDWR | O_NONBLOCK;
    let fd: number;
    try {
      fd = openSync(pathAt(this.fdOf(parent), name), how | O_NOFOLLOW);
    } catch {
      return null; // moved or removed below us
    }
    if (fstatSync(fd).ino === node.id) return fd;
    closeSync(fd);
    return null;
  }

  keep(node: TreeNode, fd: number): number {
    node.fd = fd;
    this.open.add(node);
    return fd;
  }

  /** @throws Refusal ESTALE when something else has the name by now */
  statsOf(node: TreeNode): Stats {
    if (node.fd >= 0) return fstatSync(node.fd);
    const stats = lstatSync(this.pathOf(node), { throwIfNoEntry: false });
    // Something else has the name by now; the node may have another one.
    return stats?.ino === node.id ? stats : fstatSync(this.fdOf(node));
  }

  pathOf(node: TreeNode): PathLike {
    if (node.at === null || node.isGone) throw new Refusal("ESTALE");
    return pathAt(this.fdOf(node.at.parent), node.at.name);
  }

  /** A name of the node is no more; a file without any name that we know of is held open. */
  loseName(node: TreeNode, parent: TreeNode, name: string): void {
    const isIt = (place: Location | null) => place?.parent === parent && place.name === name;
    node.others = node.others.filter((place) => !isIt(place));
    if (isIt(node.at)) node.at = node.others.pop() ?? null;
  }

  /** @returns the node when this was the last the kernel knew of it */
  forget(id: number, count: number): TreeNode | null {
    const node = this.byId.get(id);
    if (!node || id === ROOT_ID) return null;
    node.lookups -= count;
    if (node.lookups > 0 || (node.isInherited && !node.isGone)) return null;
    this.close(node);
    this.byId.delete(id);
    return node;
  }

  /** Between two requests only: paths in use name descriptors by their numbers. */
  trim(): void {
    if (this.open.size <= MAX_OPEN) return;
    for (const node of this.open) {
      if (node.isGone || node.at === null) continue;
      this.close(node);
      if (this.open.size <= MAX_OPEN / 2) return;
    }
  }

  closeAll(): void {
    for (const node of this.open) this.close(node);
    closeSync(this.root.fd);
  }

  private close(node: TreeNode): void {
    if (node.fd < 0 || node === this.root) return;
    closeSync(node.fd);
    node.fd = -1;
    this.open.delete(node);
  }
}

function blank(id: number, stats: Stats): TreeNode {
  return {
    id,
    kind: kindOf(stats),
    at: null,
    others: [],
    birthMs: stats.birthtimeMs,
    size: stats.isFile() ? stats.size : 0,
    lookups: 0,
    isInherited: false,
    isGone: false,
    isSetgid: stats.isDirectory() && (stats.mode & 0o2000) !== 0,
    fd: -1,
  };
}
