import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspaceView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { hasRunningTurn } from "../workroom/sleep-workroom";
import { wishState } from "../workroom/wish-state";
import { writeAudit } from "../write-audit";
import { loadWorkspaceIn } from "./load-workspace";
import { viewWorkspace } from "./view-workspace";

const input = z.strictObject({ workspaceId: WorkspaceId });

export const wakeWorkspace = defineVerb({
  name: "workspace.wake",
  summary: "Asks for a workspace's sandbox to be awake; answers at once, it starts meanwhile.",
  input,
  output: WorkspaceView,
  action: "workroom.write",
  rest: { method: "POST", path: "/workspaces/:workspaceId/wake" },
  async run(ctx, { workspaceId }) {
    const room = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "workroom.write", workspaceId, { lock: true });
      await writeAudit(tx, ctx, "workspace.wake", room.id);
      const wish = { desiredState: "active", reason: "user" } as const;
      const isAwake = room.desiredState === "active" && room.state === "active";
      return isAwake ? room : wishState(tx, ctx, room, wish);
    });
    publishWorkroom(ctx, room.id);
    return viewWorkspace(ctx, workspaceId, room);
  },
});

export const sleepWorkspace = defineVerb({
  name: "workspace.sleep",
  summary: "Saves a workspace's files and ends its processes; its files stay readable.",
  input,
  output: WorkspaceView,
  action: "workroom.write",
  rest: { method: "POST", path: "/workspaces/:workspaceId/sleep" },
  async run(ctx, { workspaceId }) {
    const room = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "workroom.write", workspaceId, { lock: true });
      if (await hasRunningTurn(tx, room.id))
        throw new AppError("conflict", "The employee is at work. Stop it first.");
      await writeAudit(tx, ctx, "workspace.sleep", room.id);
      return wishState(tx, ctx, room, { desiredState: "sleeping", reason: "user" });
    });
    publishWorkroom(ctx, room.id);
    return viewWorkspace(ctx, workspaceId, room);
  },
});
