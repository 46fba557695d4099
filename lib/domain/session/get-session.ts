import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { WorkspaceSessionId } from "@/lib/protocol/ids";
import { SessionView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { loadSessionIn } from "./load-session";
import { viewSession } from "./view-session";

export const getSession = defineVerb({
  name: "session.get",
  summary: "Shows one of your sessions.",
  input: z.strictObject({ workspaceSessionId: WorkspaceSessionId }),
  output: SessionView,
  action: "workroom.read",
  rest: { method: "GET", path: "/sessions/:workspaceSessionId" },
  run: (ctx, { workspaceSessionId }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const { session, room } = await loadSessionIn(tx, ctx, "workroom.read", workspaceSessionId);
      return viewSession(session, room);
    }),
});
