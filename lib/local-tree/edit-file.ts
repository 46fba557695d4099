import { closeSync } from "node:fs";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import { fileError } from "@/lib/workspace/file-error";
import { replaceText } from "@/lib/workspace/replace-text";
import { contentHash, readWhole } from "./content-hash";
import { openFound, placeFile } from "./file-content";
import { reading } from "./guards";
import { locate } from "./locate";
import type { Tree } from "./owners";

const MAX_EDITED_BYTES = 16 * 1_048_576;

/** Replaces a text in a file: the whole file is written anew, and only when it is still the one that was read. */
export async function editFile(
  tree: Tree,
  { path, ifMatch, ...change }: Omit<FileOpInput<"edit">, "durability">,
  mayChangeInput: boolean,
): Promise<FileOpResult<"edit">> {
  const before = await locate(tree.root, path, { followsLast: true, ...reading }, async (place) => {
    const file = openFound(place);
    try {
      if (file.stat.size > MAX_EDITED_BYTES) throw fileError("EFBIG", { path });
      return await readWhole(file.fd, Number(file.stat.size));
    } finally {
      closeSync(file.fd);
    }
  });
  const etag = contentHash(before);
  if (ifMatch !== undefined && ifMatch !== etag) throw fileError("ESTALE", { path });
  const { text, replaced } = replaceText(before, path, change);
  const body = Buffer.from(text, "utf8");
  const options = { overwrites: true, mayChangeInput, ifMatch: etag };
  const { size } = await placeFile(tree, path, body, options);
  return { path, size, etag: contentHash(body), replaced };
}
