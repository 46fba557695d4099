import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { sessions } from "@/lib/db/schema";
import { SessionView } from "@/lib/protocol/account";
import { defineVerb } from "../define-verb";
import { describeDevice } from "./describe-device";
import { providerLabel } from "./get-account";
import { requireSelf } from "./open-account";

/** More than this many live sessions are no list that anybody reads; the oldest are still ended by "everywhere else". */
const MOST = 100;

export const listSessions = defineVerb({
  name: "account.list_sessions",
  summary: "Lists the browsers in which you are signed in, the last used first.",
  input: z.strictObject({}),
  output: z.object({ sessions: z.array(SessionView) }),
  action: "account.read",
  rest: { method: "GET", path: "/account/sessions" },
  async run(ctx) {
    const actor = requireSelf(ctx, "account.read");
    const live = and(
      eq(sessions.userId, actor.userId),
      isNull(sessions.revokedAt),
      gt(sessions.expiresAt, ctx.now()),
    );
    const rows = await inSystem(ctx.db, (tx) =>
      tx.select().from(sessions).where(live).orderBy(desc(sessions.lastSeenAt)).limit(MOST),
    );
    const { signInProviders } = ctx.settings;
    const views = rows.map((row) => ({
      id: row.id,
      device: describeDevice(row.userAgent),
      address: row.address,
      method: row.method === "password" ? "Password" : providerLabel(signInProviders, row.method),
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      isCurrent: row.id === actor.sessionId,
    }));
    return { sessions: views };
  },
});
