import type { FileNode } from "@/lib/protocol/files";
import type { RoomTree } from "./open-tree";

const NODES_A_PAGE = 5_000;

/** Every folder and file below a folder, in the byte order of their paths. Links are left out, and not followed. */
export async function* walkFiles(
  tree: Pick<RoomTree, "look">,
  path: string,
): AsyncGenerator<FileNode> {
  let cursor: string | undefined;
  do {
    const page = await tree.look("ls", { path, recursive: true, limit: NODES_A_PAGE, cursor });
    for (const node of page.nodes) if (node.type !== "symlink") yield node;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
