import { count, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { WorkroomId } from "@/lib/protocol/ids";
import { ChatView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { loadWorkroomIn, requireOrdinary } from "../workroom/load-workroom";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { UNTITLED_CHAT } from "./untitled-chat";
import { viewChats } from "./view-chat";

const MAX_CHATS = 200;

export const createChat = defineVerb({
  name: "chat.create",
  summary: "Opens another chat in a workroom; it shares the files.",
  input: z.strictObject({
    workroomId: WorkroomId,
    title: z.string().trim().min(1).max(120).default(UNTITLED_CHAT),
  }),
  output: ChatView,
  action: "workroom.write",
  rest: { method: "POST", path: "/workrooms/:workroomId/chats" },
  async run(ctx, { workroomId, title }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      requireOrdinary(await loadWorkroomIn(tx, ctx, "workroom.write", workroomId, { lock: true }));
      const inRoom = eq(chats.workroomId, workroomId);
      const [held] = await tx.select({ size: count() }).from(chats).where(inRoom);
      if ((held?.size ?? 0) >= MAX_CHATS)
        throw new AppError("limit_exceeded", `A workroom can have at most ${MAX_CHATS} chats.`);
      const chat = { id: newId("chat"), orgId: ctx.orgId, workroomId, title };
      const created = await tx
        .insert(chats)
        .values({ ...chat, createdBy: actorId(ctx), createdAt: ctx.now() })
        .returning();
      await writeAudit(tx, ctx, "chat.create", chat.id);
      const [view] = await viewChats(tx, created);
      if (!view) throw new Error("One chat was inserted.");
      return view;
    });
    publishWorkroom(ctx, workroomId);
    return view;
  },
});
