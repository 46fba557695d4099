import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { changeFiles } from "./change-files";

export const moveFile = defineVerb({
  name: "file.move",
  summary: "Moves or renames a file or folder of the workspace.",
  input: z.strictObject({ workroomId: WorkroomId, from: WorkspacePath, to: WorkspacePath }),
  output: z.object({}),
  action: "workroom.write",
  rest: { method: "POST", path: "/workrooms/:workroomId/moves" },
  run: (ctx, { workroomId, from, to }) =>
    changeFiles(ctx, { workroomId, action: "file.move", path: from }, () =>
      ctx.host.call("moveFile", { roomId: workroomId, from, to }),
    ),
});
