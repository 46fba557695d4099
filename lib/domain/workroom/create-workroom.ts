import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { chats, type Workroom, workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { idPrefixes, newId, randomBase32 } from "@/lib/ids";
import { openness, WorkroomView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { UNTITLED_CHAT } from "../chat/untitled-chat";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { opennessOf } from "./openness-of";
import { publishWorkroom } from "./publish-change";
import { viewWorkroomIn } from "./view-workroom";

export const UNTITLED = "New workroom";
const PREVIEW_KEY_LENGTH = 20;

export const createWorkroom = defineVerb({
  name: "workroom.create",
  summary:
    "Makes a workroom and starts its sandbox; a draft stays hidden until it has a message or a file.",
  input: z.strictObject({
    title: z.string().trim().min(1).max(120).optional(),
    isDraft: z.boolean().default(false),
    /** Who can open it: its people only, or everybody in the organisation. Fixed once it is no draft any more. */
    openness: z.enum(openness).optional(),
    idempotencyKey: z.string().min(1).max(100).optional(),
  }),
  output: WorkroomView,
  action: "workroom.create",
  rest: { method: "POST", path: "/workrooms" },
  async run(ctx, { title, isDraft, openness: wished, idempotencyKey }) {
    authorize(ctx, "workroom.create", { kind: "org", orgId: ctx.orgId });
    const { actor, orgId } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "A workroom is made by a person.");
    const id = idempotencyKey ? repeatableId(ctx, idempotencyKey) : newId("workroom");
    const view = await inOrg(ctx.db, orgId, async (tx) => {
      const now = ctx.now();
      const chatId = newId("chat");
      const created = await tx
        .insert(workrooms)
        .values({
          id,
          orgId,
          isDraft,
          title: title ?? UNTITLED,
          createdBy: actor.userId,
          createdAt: now,
          lastActiveAt: now,
          mainChatId: chatId,
          openness: opennessOf({ wished, repositoryOpenness: null }),
          desiredState: "active",
          state: "booting",
          transition: "Waiting for a place",
          generation: 1,
          previewKey: randomBase32(PREVIEW_KEY_LENGTH),
        })
        .onConflictDoNothing({ target: workrooms.id })
        .returning();
      if (created[0]) {
        const chat = {
          id: chatId,
          orgId,
          workroomId: id,
          title: UNTITLED_CHAT,
          createdAt: now,
        };
        await tx.insert(chats).values({ ...chat, createdBy: actor.userId });
        await writeAudit(tx, ctx, "workroom.create", id, { isDraft, openness: wished ?? null });
        await ctx.jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId: id });
      }
      const [room] = created[0]
        ? created
        : await changeDraft(tx, { id, createdBy: actor.userId }, wished);
      if (!room || room.deletedAt)
        throw new AppError("conflict", "This workroom was made and deleted before.");
      return viewWorkroomIn(tx, ctx, room);
    });
    publishWorkroom(ctx, id);
    return view;
  },
});

/**
 * The room that this key made before, unless it has gone to a colleague meanwhile. While it is a draft, who can open it
 * may still be chosen.
 */
async function changeDraft(
  tx: DbTransaction,
  { id, createdBy }: Pick<Workroom, "id" | "createdBy">,
  wished: Workroom["openness"] | undefined,
): Promise<Workroom[]> {
  const same = and(eq(workrooms.id, id), eq(workrooms.createdBy, createdBy));
  if (wished !== undefined)
    await tx
      .update(workrooms)
      .set({ openness: wished })
      .where(and(same, eq(workrooms.isDraft, true)));
  return tx.select().from(workrooms).where(same);
}

/** The same person with the same key always means the same room, so asking twice makes one. */
function repeatableId(ctx: Pick<Context, "orgId" | "actor">, key: string): string {
  const who = ctx.actor.kind === "user" ? ctx.actor.userId : ctx.actor.job;
  const digest = createHash("sha256")
    .update(JSON.stringify([ctx.orgId, who, key]))
    .digest();
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const letters = Array.from(digest.subarray(0, 20), (byte) => alphabet[byte & 31]);
  return `${idPrefixes.workroom}_${letters.join("")}`;
}
