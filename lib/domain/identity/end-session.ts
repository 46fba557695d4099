import { and, eq, gt, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { sessions } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { SessionId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { requireSelf } from "./open-account";

/** Ends every live session of a person but one. @returns how many there were */
export async function endSessionsIn(
  tx: DbTransaction,
  now: Date,
  { userId, except }: { userId: string; except: string | null },
): Promise<number> {
  const live = and(
    eq(sessions.userId, userId),
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, now),
    ne(sessions.id, except ?? ""),
  );
  return (await tx.update(sessions).set({ revokedAt: now }).where(live).returning()).length;
}

export const endSession = defineVerb({
  name: "account.end_session",
  summary: "Signs one of your browsers out; its live views and terminals close within a second.",
  input: z.strictObject({ sessionId: SessionId }),
  output: z.object({}),
  action: "account.manage",
  rest: { method: "DELETE", path: "/account/sessions/:sessionId" },
  run(ctx, { sessionId }) {
    const { userId } = requireSelf(ctx, "account.manage");
    return inSystem(ctx.db, async (tx) => {
      const mine = and(eq(sessions.id, sessionId), eq(sessions.userId, userId));
      const ended = await tx
        .update(sessions)
        .set({ revokedAt: ctx.now() })
        .where(and(mine, isNull(sessions.revokedAt)))
        .returning();
      if (ended.length === 0) throw notFound("Session");
      await writeAudit(tx, ctx, "account.end_session", sessionId);
      return {};
    });
  },
});

export const endOtherSessions = defineVerb({
  name: "account.end_other_sessions",
  summary: "Signs you out everywhere but here.",
  input: z.strictObject({}),
  output: z.object({ ended: z.number().int() }),
  action: "account.manage",
  rest: { method: "POST", path: "/account/sessions/end-others" },
  run(ctx) {
    const { userId, sessionId } = requireSelf(ctx, "account.manage");
    return inSystem(ctx.db, async (tx) => {
      const ended = await endSessionsIn(tx, ctx.now(), { userId, except: sessionId });
      await writeAudit(tx, ctx, "account.end_other_sessions", userId);
      return { ended };
    });
  },
});
