import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { runs } from "@/lib/db/schema";
import { RunId, WorkspaceId } from "@/lib/protocol/ids";
import { RunView } from "@/lib/protocol/runs";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { loadWorkspaceIn } from "../workspace/load-workspace";
import { loadRun } from "./load-run";
import { viewRun } from "./view-run";

const cursor = defineCursor("runs", z.tuple([z.string(), z.string()]));

export const listRuns = defineVerb({
  name: "run.list",
  summary: "Lists the runs of a workspace, newest first, without their output.",
  input: z.strictObject({ workspaceId: WorkspaceId, ...pageInput({ max: 100, usual: 30 }) }),
  output: z.object({
    runs: z.array(RunView.omit({ stdout: true, stderr: true, tables: true })),
    nextCursor: NextCursor,
  }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/runs" },
  run: (ctx, { workspaceId, limit, ...page }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "workroom.read", workspaceId);
      const after = cursor.read(page.cursor);
      const older = after
        ? sql`(${runs.createdAt}, ${runs.id}) < (${after[0]}::timestamptz, ${after[1]})`
        : undefined;
      const rows = await tx
        .select({ run: runs, at: sql<string>`${runs.createdAt}::text` })
        .from(runs)
        .where(and(eq(runs.workroomId, room.id), older))
        .orderBy(desc(runs.createdAt), desc(runs.id))
        .limit(limit + 1);
      const cut = cutPage(rows, limit, ({ run, at }) => cursor.write([at, run.id]));
      return { runs: cut.page.map(({ run }) => viewRun(run)), nextCursor: cut.nextCursor };
    }),
});

export const getRun = defineVerb({
  name: "run.get",
  summary: "Gets a run with its output, result, tables and pictures.",
  input: z.strictObject({ workspaceId: WorkspaceId, runId: RunId }),
  output: RunView,
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/runs/:runId" },
  run: async (ctx, input) => viewRun((await loadRun(ctx, "workroom.read", input)).run),
});
