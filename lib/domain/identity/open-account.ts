import { eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type User, users } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { authorize } from "../authorize";
import type { Context, PersonActor } from "../context";

/** The person whose own account a verb is about; nobody reaches another one's. */
export function requireSelf(ctx: Context, action: "account.read" | "account.manage"): PersonActor {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new AppError("forbidden", "Only people have an account.");
  authorize(ctx, action, { kind: "org", orgId: ctx.orgId });
  return actor;
}

/** The person's row, locked until the transaction ends: two changes of one account come one after the other. */
export async function lockUser(tx: DbTransaction, userId: string): Promise<User> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for("update");
  if (!user) throw notFound("Account");
  return user;
}
