import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { apiKeys, users } from "@/lib/db/schema";
import { ApiKeyView } from "@/lib/protocol/api-keys";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { viewApiKey } from "./view-api-key";

const position = defineCursor("api_keys", z.tuple([z.string(), z.string()]));

export const listApiKeys = defineVerb({
  name: "api_key.list",
  summary: "Lists your API keys, newest first; for admins also those of the whole organisation.",
  input: z.strictObject({
    view: z.enum(["mine", "all"]).default("mine"),
    ...pageInput({ max: 100, usual: 100 }),
  }),
  output: z.object({ keys: z.array(ApiKeyView), nextCursor: NextCursor }),
  action: "account.read",
  rest: { method: "GET", path: "/api-keys" },
  async run(ctx, { view, cursor, limit }) {
    const action = view === "all" ? "org.manage_members" : "account.read";
    authorize(ctx, action, { kind: "org", orgId: ctx.orgId });
    const after = position.read(cursor);
    const createdAt = sql<string>`${apiKeys.createdAt}::text`;
    const isAfter =
      after && sql`(${apiKeys.createdAt}, ${apiKeys.id}) < (${after[0]}::timestamptz, ${after[1]})`;
    const rows = await readInOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .select({ key: apiKeys, createdAt, personName: users.name })
        .from(apiKeys)
        .leftJoin(users, eq(users.id, apiKeys.userId))
        .where(
          and(
            isNull(apiKeys.revokedAt),
            view === "all" ? undefined : eq(apiKeys.userId, actorId(ctx)),
            isAfter ?? undefined,
          ),
        )
        .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
        .limit(limit + 1),
    );
    const { page, nextCursor } = cutPage(rows, limit, (last) =>
      position.write([last.createdAt, last.key.id]),
    );
    const now = ctx.now();
    const keys = page.map(({ key, personName }) =>
      viewApiKey(key, personName ?? "Former member", now),
    );
    return { keys, nextCursor };
  },
});
