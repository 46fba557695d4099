import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { workrooms, workspaceSessions } from "@/lib/db/schema";
import { channels } from "@/lib/protocol/workspace";
import { SessionView } from "@/lib/protocol/workspace-views";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { viewSession } from "./view-session";

const position = defineCursor("sessions", z.tuple([z.string(), z.string()]));

export const listWorkspaceSessions = defineVerb({
  name: "session.list",
  summary: "Lists the sessions you have opened, newest first.",
  input: z.strictObject({
    channel: z.enum(channels).optional(),
    ...pageInput({ max: 100, usual: 50 }),
  }),
  output: z.object({ sessions: z.array(SessionView), nextCursor: NextCursor }),
  action: "account.read",
  rest: { method: "GET", path: "/sessions" },
  async run(ctx, { channel, cursor, limit }) {
    authorize(ctx, "account.read", { kind: "org", orgId: ctx.orgId });
    const after = position.read(cursor);
    const { createdAt: at, id } = workspaceSessions;
    const rows = await readInOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .select({ session: workspaceSessions, room: workrooms, at: sql<string>`${at}::text` })
        .from(workspaceSessions)
        .innerJoin(workrooms, eq(workrooms.id, workspaceSessions.workroomId))
        .where(
          and(
            eq(workspaceSessions.orgId, ctx.orgId),
            eq(workspaceSessions.userId, actorId(ctx)),
            channel ? eq(workspaceSessions.channel, channel) : undefined,
            isNull(workrooms.deletedAt),
            after ? sql`(${at}, ${id}) < (${after[0]}::timestamptz, ${after[1]})` : undefined,
          ),
        )
        .orderBy(desc(at), desc(id))
        .limit(limit + 1),
    );
    const { page, nextCursor } = cutPage(rows, limit, (last) =>
      position.write([last.at, last.session.id]),
    );
    return { sessions: page.map(({ session, room }) => viewSession(session, room)), nextCursor };
  },
});
