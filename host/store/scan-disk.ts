import { type BigIntStats, closeSync, fstatSync, readlinkSync } from "node:fs";
import { AppError } from "@/lib/errors";
import { at, errnoOf, namesIn, openDirAt, openRoot, statAt } from "@/lib/workspace/dir-fd";
import { createBreather } from "@/lib/local-tree/breather";
import { isPart } from "@/lib/local-tree/replace-file";
import { MAX_DEPTH } from "@/lib/local-tree/visit-tree";
import { settleFile, type Settled } from "./settle-file";
import type { SyncedTree } from "./synced-tree";

const MAX_PATH_BYTES = 4_096;
/** A tree of more nodes can't be saved: its list alone would take too much of the host's memory. */
const MAX_NODES = 500_000;

export type Scan = {
  root: string;
  synced: SyncedTree;
  /** How often a file is read that changes meanwhile, and whether it is taken as it is in the end. */
  tries: number;
  takesTorn: boolean;
  /** False: this file is left for later. */
  isDue: (path: string) => boolean;
  /** Seals what was collected when it is enough for a segment. */
  makeRoom: () => Promise<void>;
  /** Called with each folder before its names are read. */
  onFolder: (folder: string, dirFd: number) => void;
  onFile: (path: string, settled: Settled, tookMs: number) => void;
  /** What can't have an entry, or not now: names that are not UTF-8, paths too long, what may not be read. */
  onSkip: (path: string) => void;
  /** Asked before so many known nodes are taken for deleted. @throws to give the scan up */
  confirmLoss: (count: number) => Promise<void>;
};

/** Nodes that are new, changed or gone on the disk are so in the tree when it resolves. */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createDiskScan(scan: Scan) {
  const { synced } = scan;
  const breathe = createBreather();
  /** False: a link is on the way to what was asked for last, so that lies somewhere else. */
  let isDirect = true;

  async function visitName(
    dirFd: number,
    path: string,
    name: string,
    isDeep: boolean,
  ): Promise<void> {
    await breathe();
    const stat = isPart(name) ? null : statAt(dirFd, name);
    if (!stat || !isSavable(stat)) return synced.remove(path);
    if (Buffer.byteLength(path) > MAX_PATH_BYTES || depthOf(path) > MAX_DEPTH)
      return scan.onSkip(path);
    try {
      if (stat.isFile()) await visitFile(dirFd, path, name, stat);
      else if (stat.isSymbolicLink())
        synced.putLink(path, readLink(dirFd, name), Number(stat.mtimeMs));
      else await visitFolder(dirFd, path, name, stat, isDeep);
    } catch (error) {
      const code = errnoOf(error) ?? "";
      // Gone, replaced or closed to us since it was looked at: the next look sees what it is then.
      if (!changing.has(code)) throw error;
      scan.onSkip(path);
    }
    if (synced.builder.isFull) await scan.makeRoom();
  }

  async function visitFile(dirFd: number, path: string, name: string, stat: BigIntStats) {
    if (!scan.isDue(path)) return;
    const since = performance.now();
    const settled = await settleFile(synced, { dirFd, name, path, stat }, scan);
    scan.onFile(path, settled, performance.now() - since);
  }

  async function visitFolder(
    dirFd: number,
    path: string,
    name: string,
    stat: BigIntStats,
    isDeep: boolean,
  ): Promise<void> {
    const isNew = synced.putFolder(
      path,
      Number(stat.mode & 0o777n),
      Number(stat.mtimeMs),
      Number(stat.birthtimeMs),
    );
    if (synced.tree.size > MAX_NODES) throw tooMany();
    if (!isNew && !isDeep) return;
    const folderFd = openDirAt(dirFd, name);
    try {
      await readFolder(folderFd, path, isDeep);
    } finally {
      closeSync(folderFd);
    }
  }

  /** `isDeep`: folders that are known already are entered too. */
  async function readFolder(dirFd: number, folder: string, isDeep: boolean): Promise<void> {
    const opsBefore = synced.builder.opsEver;
    scan.onFolder(folder, dirFd);
    const { names, raw, isCut } = namesIn(dirFd);
    const start = folder === "" ? "" : `${folder}/`;
    for (const name of raw) scan.onSkip(start + name.toString("utf8"));
    if (isCut) throw tooMany();
    for (const name of names) await visitName(dirFd, start + name, name, isDeep);
    await removeMissing(dirFd, folder, start, new Set(names));
    if (folder !== "" && synced.builder.opsEver !== opsBefore)
      synced.touchFolder(folder, mtimeOf(dirFd));
  }

  async function removeMissing(
    dirFd: number,
    folder: string,
    start: string,
    names: ReadonlySet<string>,
  ): Promise<void> {
    const missing = [...synced.tree.namesIn(folder)].filter((name) => !names.has(name));
    if (missing.length === 0) return;
    await scan.confirmLoss(
      sizeOf(
        synced,
        missing.map((name) => start + name),
      ),
    );
    for (const name of missing) {
      const stat = statAt(dirFd, name);
      if (!stat || !isSavable(stat)) synced.remove(start + name);
    }
  }

  /** Calls `visit` with the open folder; a folder that is none (any more) is looked up from its parent. */
  async function inFolder(folder: string, visit: (dirFd: number) => Promise<void>) {
    const opened = [openRoot(scan.root)];
    isDirect = true;
    const names = folder.split("/").filter(Boolean);
    try {
      for (const [i, name] of names.entries()) {
        const dirFd = opened.at(-1) ?? -1;
        const path = names.slice(0, i + 1).join("/");
        if (isLinkAt(dirFd, name)) isDirect = false;
        if (synced.tree.find(path)?.type !== "directory" || !isFolderAt(dirFd, name))
          return await visitName(dirFd, path, name, true);
        opened.push(openDirAt(dirFd, name));
      }
      await visit(opened.at(-1) ?? -1);
    } finally {
      for (const fd of opened) closeSync(fd);
    }
  }

  return {
    /** The whole tree. */
    all: () => inFolder("", (dirFd) => readFolder(dirFd, "", true)),
    /** One folder, with what is new in it; folders in it that are known are not entered unless `isDeep`. */
    folder: (folder: string, isDeep = false) =>
      inFolder(folder, (dirFd) => readFolder(dirFd, folder, isDeep)),
    /**
     * One node with everything below it, and the folders above it that are not known yet.
     *
     * @returns false when a link leads there: what lies behind it was not looked at
     */
    async node(path: string): Promise<boolean> {
      const slash = path.lastIndexOf("/");
      const name = path.slice(slash + 1);
      await inFolder(slash < 0 ? "" : path.slice(0, slash), async (dirFd) => {
        if (isLinkAt(dirFd, name)) isDirect = false;
        await visitName(dirFd, path, name, true);
      });
      return isDirect;
    },
  };
}
export type DiskScan = ReturnType<typeof createDiskScan>;

const changing = new Set([
  "ENOENT",
  "ENOTDIR",
  "ELOOP",
  "EISDIR",
  "ENOTREG",
  "ENXIO",
  "EINVAL",
  "EACCES",
]);

const isSavable = (stat: BigIntStats) =>
  stat.isFile() || stat.isDirectory() || stat.isSymbolicLink();
const isLinkAt = (dirFd: number, name: string) => statAt(dirFd, name)?.isSymbolicLink() === true;
const isFolderAt = (dirFd: number, name: string) => statAt(dirFd, name)?.isDirectory() === true;
const depthOf = (path: string) => path.split("/").length - 1;
const mtimeOf = (dirFd: number) => Number(fstatSync(dirFd, { bigint: true }).mtimeMs);

function sizeOf({ tree }: SyncedTree, paths: readonly string[]): number {
  const below = [...paths];
  for (const path of below) for (const name of tree.namesIn(path)) below.push(`${path}/${name}`);
  return below.length;
}

function readLink(dirFd: number, name: string): string {
  const raw = readlinkSync(at(dirFd, name), { encoding: "buffer" });
  const target = raw.toString("utf8");
  if (Buffer.from(target, "utf8").equals(raw)) return target;
  throw Object.assign(new Error("The target is not UTF-8"), { code: "EINVAL" });
}

const tooMany = () =>
  new AppError("limit_exceeded", "This workroom has too many files to be saved.");
