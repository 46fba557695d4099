import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { changeFiles } from "./change-files";

export const deleteFile = defineVerb({
  name: "file.delete",
  summary: "Deletes a file or folder of the workspace; an earlier checkpoint still has it.",
  input: z.strictObject({ workroomId: WorkroomId, path: WorkspacePath }),
  output: z.object({}),
  action: "workroom.write",
  rest: { method: "DELETE", path: "/workrooms/:workroomId/file" },
  run: (ctx, { workroomId, path }) =>
    changeFiles(ctx, { workroomId, action: "file.delete", path }, () =>
      ctx.host.call("deleteFile", { roomId: workroomId, path }),
    ),
});
