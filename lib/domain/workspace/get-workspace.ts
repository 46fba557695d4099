import { z } from "zod";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspaceView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "./load-workspace";
import { viewWorkspace } from "./view-workspace";

export const getWorkspace = defineVerb({
  name: "workspace.get",
  summary:
    "Shows a workspace: where it is kept, its limits, what its output holds, and its sandbox.",
  input: z.strictObject({ workspaceId: WorkspaceId }),
  output: WorkspaceView,
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId" },
  run: async (ctx, { workspaceId }) =>
    viewWorkspace(ctx, workspaceId, await loadWorkspace(ctx, "workroom.read", workspaceId)),
});
