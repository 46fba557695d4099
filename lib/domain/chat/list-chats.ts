import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import { ChatView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { viewChats } from "./view-chat";

export const listChats = defineVerb({
  name: "chat.list",
  summary: "Lists the chats of a workroom, oldest first.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: z.object({ chats: z.array(ChatView) }),
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/chats" },
  run: (ctx, { workroomId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.read", workroomId);
      const inRoom = eq(chats.workroomId, workroomId);
      const rows = await tx
        .select()
        .from(chats)
        .where(inRoom)
        .orderBy(asc(chats.createdAt), asc(chats.id));
      return { chats: await viewChats(tx, rows) };
    }),
});
