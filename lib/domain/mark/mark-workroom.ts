import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Workroom, workroomMarks } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkroomView } from "@/lib/protocol/views";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { markNotificationsRead } from "../notification/read-notifications";
import { actorId } from "../system-context";
import { loadWorkroomIn, requireOrdinary } from "../workroom/load-workroom";
import { publishWorkroomTo } from "../workroom/publish-change";
import { viewWorkroomIn } from "../workroom/view-workroom";
import { writeAudit } from "../write-audit";

const Marks = z.object({
  isPinned: z.boolean().optional(),
  isMuted: z.boolean().optional(),
  isRead: z.boolean().optional(),
});

export const markWorkroom = defineVerb({
  name: "workroom.mark",
  summary: "Pins or mutes a workroom for you alone, or marks it as read or unread.",
  input: z.strictObject({ workroomId: WorkroomId, ...Marks.shape }),
  output: WorkroomView,
  action: "workroom.mark",
  rest: { method: "PATCH", path: "/workrooms/:workroomId/mark" },
  async run(ctx, { workroomId, ...marks }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkroomIn(tx, ctx, "workroom.mark", workroomId);
      requireOrdinary(room);
      await saveMarks(tx, ctx, room, marks);
      if (marks.isRead) await markNotificationsRead(tx, ctx, actorId(ctx), workroomId);
      // Reading is no decision: the log would hold little else.
      if (marks.isPinned !== undefined || marks.isMuted !== undefined)
        await writeAudit(tx, ctx, "workroom.mark", workroomId, marks);
      return viewWorkroomIn(tx, ctx, room);
    });
    publishWorkroomTo(ctx, workroomId, actorId(ctx));
    return view;
  },
});

async function saveMarks(
  tx: DbTransaction,
  ctx: Context,
  room: Workroom,
  { isPinned, isMuted, isRead }: z.infer<typeof Marks>,
): Promise<void> {
  const now = ctx.now();
  const values = {
    ...(isPinned !== undefined && { pinnedAt: isPinned ? now : null }),
    ...(isMuted !== undefined && { mutedAt: isMuted ? now : null }),
    ...(isRead !== undefined && { readAt: isRead ? laterOf(now, room.attentionAt) : longAgo }),
  };
  if (Object.keys(values).length === 0) return;
  const own = { orgId: ctx.orgId, workroomId: room.id, userId: actorId(ctx) };
  await tx
    .insert(workroomMarks)
    .values({ ...own, ...values })
    .onConflictDoUpdate({
      target: [workroomMarks.workroomId, workroomMarks.userId],
      set: values,
    });
}

/** Unread is a time, too: the mark of somebody who knows the room, and has seen nothing of its news. */
const longAgo = new Date(0);
const laterOf = (a: Date, b: Date | null) => (b && b > a ? b : a);
