import type { DbTransaction } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { newId, randomBase32 } from "@/lib/ids";
import type { Context } from "../context";

const PREVIEW_KEY_LENGTH = 20;

type NewRoom = Pick<Workroom, "kind" | "title" | "createdBy" | "openness" | "root" | "quota">;

/** The room of an employee or a session. It sleeps until something is to run in it: its files need no sandbox. */
export async function createRoom(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now">,
  room: NewRoom,
): Promise<Workroom> {
  const now = ctx.now();
  const [created] = await tx
    .insert(workrooms)
    .values({
      ...room,
      id: newId("workroom"),
      orgId: ctx.orgId,
      createdAt: now,
      lastActiveAt: now,
      desiredState: "sleeping",
      state: "sleeping",
      previewKey: randomBase32(PREVIEW_KEY_LENGTH),
    })
    .returning();
  if (!created) throw new Error("One room was inserted.");
  return created;
}
