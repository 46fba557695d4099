import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { presences } from "@/lib/db/schema";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { markReadIn } from "../mark/mark-read";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { publishPresence, publishWorkroomTo } from "../workroom/publish-change";

type Place = { socketId: string; workroomId: string };

/**
 * A page of a person looks at a room: the row of its socket says so, and what happened there is no news to them any
 * more. Said again with every beat, which keeps the row fresh.
 *
 * @throws AppError `not_found` when the person may not see the room
 */
export async function enterRoom(ctx: Context, { socketId, workroomId }: Place): Promise<void> {
  const seenAt = ctx.now();
  const isNew = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
    const here = eq(presences.socketId, socketId);
    const [before] = await tx.select().from(presences).where(here);
    await tx
      .insert(presences)
      .values({ socketId, orgId: ctx.orgId, workroomId, userId: actorId(ctx), seenAt })
      .onConflictDoUpdate({ target: presences.socketId, set: { workroomId, seenAt } });
    if (before?.workroomId === workroomId) return false;
    await markReadIn(tx, ctx, { workroomId, userId: actorId(ctx) });
    return true;
  });
  if (!isNew) return;
  publishPresence(ctx, workroomId);
  publishWorkroomTo(ctx, workroomId, actorId(ctx));
}

/** The page looks elsewhere, or its socket has closed. */
export async function leaveRoom(ctx: Context, { socketId, workroomId }: Place): Promise<void> {
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.delete(presences).where(eq(presences.socketId, socketId)),
  );
  publishPresence(ctx, workroomId);
}
