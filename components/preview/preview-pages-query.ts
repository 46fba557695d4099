import { queryOptions } from "@tanstack/react-query";
import { fileKeys, listDirectory } from "@/lib/client/queries/files";
import type { FileNode } from "@/lib/protocol/files";
import { isHtmlPath } from "./preview-source";

const DELIVERABLES = "output";
/** Sub-folders of output/ that are looked into, newest first; deeper pages are opened from Files. */
const MAX_FOLDERS = 12;

/** The HTML files in output/ and in the folders right below it. */
export const previewPagesQuery = (workroomId: string) =>
  queryOptions({
    queryKey: [...fileKeys.all(workroomId), "pages"] as const,
    queryFn: async ({ signal }): Promise<FileNode[]> => {
      const list = (path: string) => listDirectory(workroomId, path, signal);
      const root = await list("");
      if (!root.nodes.some((node) => node.path === DELIVERABLES)) return [];
      const top = await list(DELIVERABLES);
      const folders = top.nodes
        .filter((node) => node.type === "directory" && !node.name.startsWith("."))
        .toSorted((left, right) => Date.parse(right.modifiedAt) - Date.parse(left.modifiedAt))
        .slice(0, MAX_FOLDERS);
      // A folder that vanishes between the two looks is no reason to show no preview at all.
      const below = await Promise.allSettled(folders.map((folder) => list(folder.path)));
      return [
        ...top.nodes,
        ...below.flatMap((look) => (look.status === "fulfilled" ? look.value.nodes : [])),
      ].filter((node) => node.type === "file" && isHtmlPath(node.path));
    },
  });
