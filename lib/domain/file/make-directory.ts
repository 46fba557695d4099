import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { changeFiles } from "./change-files";

export const makeDirectory = defineVerb({
  name: "file.make_directory",
  summary: "Makes a folder in the workspace.",
  input: z.strictObject({ workroomId: WorkroomId, path: WorkspacePath }),
  output: z.object({}),
  action: "workroom.write",
  rest: { method: "POST", path: "/workrooms/:workroomId/directories" },
  run: (ctx, { workroomId, path }) =>
    changeFiles(ctx, { workroomId, action: "file.make_directory", path }, () =>
      ctx.host.call("makeDirectory", { roomId: workroomId, path }),
    ),
});
