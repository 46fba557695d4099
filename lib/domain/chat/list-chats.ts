import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import { ChatView } from "@/lib/protocol/views";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { viewChats } from "./view-chat";

const position = defineCursor("chats", z.tuple([z.string(), z.string()]));

export const listChats = defineVerb({
  name: "chat.list",
  summary: "Lists the chats of a workroom, oldest first.",
  input: z.strictObject({ workroomId: WorkroomId, ...pageInput({ max: 500, usual: 500 }) }),
  output: z.object({ chats: z.array(ChatView), nextCursor: NextCursor }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/chats" },
  run: (ctx, { workroomId, cursor, limit }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
      const after = position.read(cursor);
      const isAfter =
        after && sql`(${chats.createdAt}, ${chats.id}) > (${after[0]}::timestamptz, ${after[1]})`;
      const rows = await tx
        .select({ chat: chats, createdAt: sql<string>`${chats.createdAt}::text` })
        .from(chats)
        .where(and(eq(chats.workroomId, workroomId), isAfter ?? undefined))
        .orderBy(asc(chats.createdAt), asc(chats.id))
        .limit(limit + 1);
      const { page, nextCursor } = cutPage(rows, limit, ({ chat, createdAt }) =>
        position.write([createdAt, chat.id]),
      );
      const views = await viewChats(
        tx,
        page.map(({ chat }) => chat),
      );
      return { chats: views, nextCursor };
    }),
});
