import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { changeFiles } from "./change-files";
import { MAX_EDITOR_BYTES } from "./read-file";

export const writeFile = defineVerb({
  name: "file.write",
  summary: "Saves a text file; refused when it changed since it was read (`ifMatch`).",
  input: z.strictObject({
    workroomId: WorkroomId,
    path: WorkspacePath,
    text: z.string().max(MAX_EDITOR_BYTES, "This text is too large for the editor."),
    ifMatch: z.string().max(200).nullable().default(null),
  }),
  output: z.object({ etag: z.string() }),
  action: "workroom.write",
  rest: { method: "PUT", path: "/workrooms/:workroomId/file" },
  run: (ctx, { workroomId, path, text, ifMatch }) =>
    changeFiles(ctx, { workroomId, action: "file.write", path }, () =>
      ctx.host.call("writeFile", { roomId: workroomId, path, text, ifMatch }),
    ),
});
