import { closeSync } from "node:fs";
import type { FileOpResult } from "@/lib/protocol/file-ops";
import { makeDirAt } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";
import { making } from "./guards";
import { statOf } from "./list-folder";
import { locate } from "./locate";
import { giveFd, type Tree } from "./owners";

/** Makes a folder and those above it. @throws AppError EEXIST when a file has the name, ENOTDIR when one is in the way */
export async function makeFolder(
  tree: Tree,
  path: string,
  mayChangeInput: boolean,
): Promise<FileOpResult<"mkdir">> {
  const options = { followsLast: true, ...making(tree, path, mayChangeInput) };
  const isCreated = await locate(tree.root, path, options, ({ dirFd, name, path: place }) => {
    const now = statOf({ dirFd, name });
    if (name === null || now?.isDirectory()) return false;
    if (now) throw fileError("EEXIST", { path, message: "A file has this name already." });
    const made = makeDirAt(dirFd, name);
    try {
      if (made.isNew) giveFd(tree, place, made.fd);
    } finally {
      closeSync(made.fd);
    }
    return made.isNew;
  });
  return { path, isCreated };
}
