import { z } from "zod";
import { FileNode } from "@/lib/protocol/files";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { defineVerb } from "../define-verb";
import { openTree } from "./open-tree";
import { loadWorkroom } from "../workroom/load-workroom";

const MAX_NODES = 5_000;

export const listFiles = defineVerb({
  name: "file.list",
  summary: "Lists a folder of the workspace, awake or asleep.",
  input: z.strictObject({ workroomId: WorkroomId, path: WorkspacePath.default("") }),
  output: z.object({ nodes: z.array(FileNode), isTruncated: z.boolean() }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/files" },
  async run(ctx, { workroomId, path }) {
    await loadWorkroom(ctx, "workroom.read", workroomId);
    return (await openTree(ctx, workroomId)).list(path, MAX_NODES);
  },
});
