import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import type { FileOpResult } from "@/lib/protocol/file-ops";
import { at, errnoOf, openFileAt } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";
import { etagOf } from "./file-content";
import { making } from "./guards";
import { locate } from "./locate";
import { giveFd, type Tree } from "./owners";

const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const APPENDING = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const sync = promisify(fsync);

/**
 * Adds bytes to the end of a file, which is made when it is missing. The kernel puts each write at the end (O_APPEND),
 * so programs of the room that append meanwhile lose nothing either. An append that does not fit leaves nothing behind.
 */
export async function appendFile(
  tree: Tree,
  path: string,
  bytes: Uint8Array,
  mayChangeInput: boolean,
): Promise<FileOpResult<"append">> {
  const options = { followsLast: true, ...making(tree, path, mayChangeInput) };
  return locate(tree.root, path, options, async ({ dirFd, name, path: place }) => {
    if (name === null) throw fileError("EISDIR", { path });
    const { fd, isCreated } = openToAppend(at(dirFd, name));
    try {
      if (!fstatSync(fd).isFile()) throw fileError("ENOENT", { path });
      if (isCreated) {
        giveFd(tree, place, fd);
        fchmodSync(fd, 0o644);
      }
      writeWhole(fd, bytes);
      await sync(fd);
    } finally {
      closeSync(fd);
    }
    const file = openFileAt(dirFd, name);
    try {
      return { path, size: Number(file.stat.size), etag: await etagOf(file), isCreated };
    } finally {
      closeSync(file.fd);
    }
  });
}

function openToAppend(path: string): { fd: number; isCreated: boolean } {
  for (;;) {
    try {
      return { fd: openSync(path, APPENDING), isCreated: false };
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    try {
      return { fd: openSync(path, APPENDING | O_CREAT | O_EXCL, 0o600), isCreated: true };
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error; // made by somebody else meanwhile
    }
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  const before = fstatSync(fd).size;
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(fd, bytes, done);
  } catch (error) {
    // What others have added behind it meanwhile is theirs: then the part stays.
    if (done > 0 && fstatSync(fd).size === before + done) ftruncateSync(fd, before);
    throw error;
  }
}
