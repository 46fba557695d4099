import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { isText } from "@/lib/workspace/is-text";
import { FileContent } from "@/lib/protocol/files";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { openTree } from "./open-tree";
import { loadWorkroom } from "../workroom/load-workroom";

/** The most the editor opens. */
export const MAX_EDITOR_BYTES = 2_000_000;

export const readFile = defineVerb({
  name: "file.read",
  summary: "Reads a text file of the workspace for the editor.",
  input: z.strictObject({ workroomId: WorkroomId, path: WorkspacePath }),
  output: FileContent,
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/file" },
  async run(ctx, { workroomId, path }) {
    await loadWorkroom(ctx, "workroom.read", workroomId);
    const { body, size, etag } = await (await openTree(ctx, workroomId)).read(path);
    if (size > MAX_EDITOR_BYTES) {
      body.destroy();
      return { path, size, etag, text: null, reason: "too_large" as const };
    }
    const bytes = await buffer(body);
    if (!isText(bytes)) return { path, size, etag, text: null, reason: "binary" as const };
    return { path, size, etag, text: bytes.toString("utf8"), reason: null };
  },
});
