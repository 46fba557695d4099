import { and, eq, isNull, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { recoveryCodes } from "@/lib/db/schema";
import { randomBase32 } from "@/lib/ids";
import { hashTicket } from "./hash-ticket";

const CODE_COUNT = 10;
const CODE_LENGTH = 16; // 80 random bits

const grouped = (code: string) => (code.match(/.{4}/g) ?? []).join("-");
/** As people type it: capitals, spaces and other dashes don't matter. */
const normalOf = (typed: string) => typed.toLowerCase().replaceAll(/[^0-9a-z]/g, "");
const hashCode = (typed: string) => hashTicket(normalOf(typed));

/** Ten new codes in place of all earlier ones; only their hashes are kept. */
export async function renewRecoveryCodesIn(tx: DbTransaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODE_COUNT }, () => grouped(randomBase32(CODE_LENGTH)));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx
    .insert(recoveryCodes)
    .values(codes.map((code) => ({ userId, codeHash: hashCode(code) })));
  return codes;
}

/** Uses a code up. @returns whether it was one */
export async function spendRecoveryCode(
  tx: DbTransaction,
  now: Date,
  { userId, typed }: { userId: string; typed: string },
): Promise<boolean> {
  const mine = and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, hashCode(typed)));
  const spent = await tx
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(mine, isNull(recoveryCodes.usedAt)))
    .returning();
  return spent.length > 0;
}

export async function countRecoveryCodes(tx: DbTransaction, userId: string): Promise<number> {
  const left = and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(recoveryCodes)
    .where(left);
  return row?.count ?? 0;
}
