import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  statfsSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

/** A user of the host, by number. */
export type HostUser = { uid: number; gid: number };

/** Every folder below the data folder; docs/architecture.md says what lives in each. */
export type DataFolder = {
  root: string;
  secrets: string;
  postgres: string;
  store: string;
  rooms: string;
  runtime: string;
  run: string;
  logs: string;
};

const START_NEEDS_BYTES = 500_000_000; // PostgreSQL's first files and the runtime folder

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? "";

function makeFolder(folder: string, mode: number, owner: HostUser | null): string {
  try {
    mkdirSync(folder, { recursive: true, mode });
    chmodSync(folder, mode);
    if (owner) chownSync(folder, owner.uid, owner.gid);
    return folder;
  } catch (error) {
    throw folderFailure(folder, codeOf(error));
  }
}

function folderFailure(folder: string, code: string): PlainFailure {
  if (code === "EACCES" || code === "EPERM")
    return new PlainFailure(
      `No right to write ${folder}. Give this user the folder, or choose another: WORKROOM_DATA_DIR=… npm run up`,
    );
  if (code === "ENOSPC")
    return new PlainFailure(`The disk of ${folder} is full. Free some space, then start again.`);
  if (code === "EROFS")
    return new PlainFailure(
      `${folder} is on a read-only disk. Choose another folder: WORKROOM_DATA_DIR=… npm run up`,
    );
  return new PlainFailure(`${folder} can't be made (${code}). Check WORKROOM_DATA_DIR.`);
}

/**
 * Makes the data folder and what belongs in it. `web` is the user the web runs as when that is another than ours; it
 * owns `run`, `store` and `postgres`, and can only pass through the rest.
 */
export function prepareDataFolder(root: string, web: HostUser | null): DataFolder {
  if (!path.isAbsolute(root))
    throw new PlainFailure(`WORKROOM_DATA_DIR must be an absolute path, not ${root}.`);
  makeFolder(root, web ? 0o711 : 0o700, null);
  if (web) requirePassage(root, web);
  const below = (name: string, mode: number, owner: HostUser | null) =>
    makeFolder(path.join(root, name), mode, owner);
  const folder = {
    root,
    secrets: below("secrets", 0o700, null),
    logs: below("logs", 0o700, null),
    runtime: below("runtime", 0o755, null),
    rooms: below("rooms", 0o711, null),
    run: below("run", 0o711, web),
    store: below("store", 0o700, web),
    postgres: below("pg", 0o700, web),
  };
  try {
    accessSync(root, constants.W_OK);
  } catch (error) {
    throw folderFailure(root, codeOf(error));
  }
  return folder;
}

/** The web's user must get to its folders through every folder above them. */
function requirePassage(root: string, web: HostUser): void {
  for (
    let folder = path.dirname(root);
    folder !== path.dirname(folder);
    folder = path.dirname(folder)
  ) {
    const { mode, uid, gid } = statSync(folder);
    const passage = uid === web.uid ? 0o100 : gid === web.gid ? 0o010 : 0o001;
    if ((mode & passage) === 0)
      throw new PlainFailure(
        `${folder} lets only its owner pass, so the product's own user can't reach ${root}. Run chmod o+x ${folder}, or choose another folder: WORKROOM_DATA_DIR=… npm run up`,
      );
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Refuses to start on a disk that is about to be full: the database would be the first to break. */
export function checkFreeSpace(folder: DataFolder, reserveBytes: number): void {
  const { bavail, bsize } = statfsSync(folder.root);
  const free = bavail * bsize;
  const needed = reserveBytes + START_NEEDS_BYTES;
  if (free >= needed) return;
  throw new PlainFailure(
    `The disk of ${folder.root} is nearly full: ${gigabytes(free)} free, ${gigabytes(needed)} needed. ` +
      `Free some space, or choose another disk: WORKROOM_DATA_DIR=… npm run up`,
  );
}
