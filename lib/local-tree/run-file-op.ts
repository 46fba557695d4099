import { closeSync } from "node:fs";
import type { FileOp, FileOpInput, FileOpResult, ReadCaps } from "@/lib/protocol/file-ops";
import { errnoNameOf, fileError } from "@/lib/workspace/file-error";
import { mainPath, withNormalPaths } from "@/lib/workspace/normal-path";
import { unpackContent } from "@/lib/workspace/pack-content";
import { readContent } from "@/lib/workspace/read-content";
import { appendFile } from "./append-file";
import { contentHash } from "./content-hash";
import { copyNode } from "./copy-node";
import { editFile } from "./edit-file";
import { etagOf, openFound, openForReading, placeFile } from "./file-content";
import { asFileError } from "./file-error";
import { reading } from "./guards";
import { describeNode, listFolder, statOf } from "./list-folder";
import { locate } from "./locate";
import { makeFolder } from "./make-folder";
import { moveNode } from "./move-node";
import type { Tree } from "./owners";
import { deleteFile, removeFolder } from "./remove-node";
import { searchTree } from "./search-tree";

/** `mayChangeInput`: asked by the door for uploads. `caps`: of one answer of `read`. */
export type FileOpOptions = { mayChangeInput: boolean; caps: ReadCaps };
type Runners = {
  [K in FileOp]: (
    tree: Tree,
    input: FileOpInput<K>,
    options: FileOpOptions,
  ) => Promise<FileOpResult<K>>;
};

/**
 * Runs one operation on a workspace that is on this machine. Its paths are brought to normal form first.
 *
 * @throws AppError with the errno's name in `details.errno`
 */
export async function runFileOp<K extends FileOp>(
  tree: Tree,
  op: K,
  input: FileOpInput<K>,
  options: FileOpOptions,
): Promise<FileOpResult<K>> {
  try {
    return await runners[op](tree, withNormalPaths(input), options);
  } catch (error) {
    throw asFileError(error, mainPath(input));
  }
}

const runners: Runners = {
  ls: listFolder,
  glob: (tree, { pattern, ...rest }) =>
    listFolder(tree, { ...rest, glob: pattern, recursive: true }),
  read: (tree, input, { caps }) =>
    readContent((part) => openForReading(tree, input.path, part), input, caps),
  async write(tree, { path, content, encoding, ...rest }, { mayChangeInput }) {
    const body = unpackContent(content, encoding);
    const conditions = { ...rest, overwrites: true, mayChangeInput };
    const { size, isCreated } = await placeFile(tree, path, body, conditions);
    return { path, size, etag: contentHash(body), isCreated };
  },
  append: (tree, { path, content, encoding }, { mayChangeInput }) =>
    appendFile(tree, path, unpackContent(content, encoding), mayChangeInput),
  copy: (tree, input, { mayChangeInput }) => copyNode(tree, input, mayChangeInput),
  async move(tree, input, { mayChangeInput }) {
    await moveNode(tree, input, mayChangeInput);
    return { path: input.to };
  },
  delete: (tree, input, { mayChangeInput }) => deleteFile(tree, input, mayChangeInput),
  mkdir: (tree, { path }, { mayChangeInput }) => makeFolder(tree, path, mayChangeInput),
  rmdir: (tree, input, { mayChangeInput }) => removeFolder(tree, input, mayChangeInput),
  stat: (tree, { path }) =>
    locate(tree.root, path, reading, async (place) => {
      const stat = statOf(place);
      if (!stat) throw fileError("ENOENT", { path });
      const node = describeNode(place, path, stat);
      if (node.type !== "file") return { ...node, etag: null };
      const file = openFound(place);
      try {
        return { ...node, etag: await etagOf(file) };
      } finally {
        closeSync(file.fd);
      }
    }),
  exists: (tree, { path }) => exists(tree, path),
  edit: (tree, input, { mayChangeInput }) => editFile(tree, input, mayChangeInput),
  search: searchTree,
};

/** False for what is not there, for a link that leads nowhere or out, and below a file; it fails for a bad path only. */
async function exists(tree: Tree, path: string): Promise<FileOpResult<"exists">> {
  try {
    return await locate(tree.root, path, { followsLast: true, ...reading }, (place) => {
      const stat = statOf(place);
      const type = stat ? (stat.isDirectory() ? "directory" : "file") : null;
      return { exists: type !== null, type };
    });
  } catch (error) {
    const known = asFileError(error, path);
    const errno = errnoNameOf(known);
    if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP")
      return { exists: false, type: null };
    throw known;
  }
}
