import { AppError } from "@/lib/errors";
import type { FileNode } from "@/lib/protocol/files";
import type { RoomTree } from "./open-tree";

const MAX_PER_FOLDER = 10_000;
const MAX_DEPTH = 100;

/**
 * Every file below a folder, folder by folder in the order of names; empty folders too. Links are not followed: what they
 * lead to is listed where it lies.
 *
 * @throws AppError `limit_exceeded` for a folder with more than 10,000 names
 */
export async function* walkFiles(
  tree: Pick<RoomTree, "list">,
  folder: string,
  depth = 0,
): AsyncGenerator<FileNode> {
  if (depth > MAX_DEPTH) throw new AppError("limit_exceeded", "These folders are nested too deep.");
  const { nodes, isTruncated } = await tree.list(folder, MAX_PER_FOLDER);
  if (isTruncated)
    throw new AppError("limit_exceeded", "A folder in it has too many files for one archive.");
  for (const node of nodes) {
    if (node.type === "file") yield node;
    if (node.type !== "directory") continue;
    let isEmpty = true;
    for await (const inner of walkFiles(tree, node.path, depth + 1)) {
      isEmpty = false;
      yield inner;
    }
    if (isEmpty) yield node;
  }
}
