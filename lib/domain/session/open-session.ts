import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { workrooms, workspaceSessions } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { channels, OutputQuota } from "@/lib/protocol/workspace";
import { SessionView } from "@/lib/protocol/workspace-views";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { createRoom } from "../workspace/create-room";
import { writeAudit } from "../write-audit";
import { viewSession } from "./view-session";

type Name = { userId: string; channel: (typeof channels)[number]; name: string };

export const openSession = defineVerb({
  name: "session.open",
  summary:
    "Opens a session: a workspace and sandbox of its own. The same channel and name give the same session again.",
  input: z.strictObject({
    channel: z.enum(channels).default("api"),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u, "A name has no control characters."),
    /** Limits of `output/` of a new session. One that was opened before keeps its own: change them at the workspace. */
    quota: OutputQuota.optional(),
  }),
  output: SessionView,
  action: "session.open",
  rest: { method: "POST", path: "/sessions" },
  async run(ctx, { channel, name, quota }) {
    authorize(ctx, "session.open", { kind: "org", orgId: ctx.orgId });
    const { actor } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "A session is opened by a person.");
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const named = { userId: actor.userId, channel, name };
      // Asked for twice at the same moment: the second waits here, and finds the first one's.
      const key = JSON.stringify(["session", ctx.orgId, actor.userId, channel, name]);
      await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
      return (
        (await findSession(tx, named)) ??
        (await createSession(tx, ctx, named, quota ?? ctx.settings.sessionQuota))
      );
    });
  },
});

async function findSession(
  tx: DbTransaction,
  { userId, channel, name }: Name,
): Promise<SessionView | null> {
  const [found] = await tx
    .select({ session: workspaceSessions, room: workrooms })
    .from(workspaceSessions)
    .innerJoin(workrooms, eq(workrooms.id, workspaceSessions.workroomId))
    .where(
      and(
        eq(workspaceSessions.userId, userId),
        eq(workspaceSessions.channel, channel),
        eq(workspaceSessions.name, name),
      ),
    );
  return found ? viewSession(found.session, found.room) : null;
}

async function createSession(
  tx: DbTransaction,
  ctx: Context,
  { userId, channel, name }: Name,
  quota: OutputQuota,
): Promise<SessionView> {
  const { orgId } = ctx;
  const id = newId("workspaceSession");
  const room = await createRoom(tx, ctx, {
    kind: "session",
    title: name,
    createdBy: userId,
    openness: "private",
    root: `sessions/${orgId}/${channel}/${id}`,
    quota,
  });
  const [session] = await tx
    .insert(workspaceSessions)
    .values({ id, orgId, userId, channel, name, workroomId: room.id, createdAt: ctx.now() })
    .returning();
  if (!session) throw new Error("One session was inserted.");
  await writeAudit(tx, ctx, "session.open", id, { channel });
  return viewSession(session, room);
}
