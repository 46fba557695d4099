import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError, notFound } from "@/lib/errors";
import { readWholeMark } from "@/lib/protocol/events";
import { ChatId } from "@/lib/protocol/ids";
import { bodyKey, rootOf } from "@/lib/workspace/object-keys";
import { defineVerb } from "../define-verb";
import { loadChatIn } from "./load-chat";
import { readEvents } from "./read-events";

export const readEventBody = defineVerb({
  name: "chat.read_event_body",
  summary:
    "Reads the whole body of one event of a chat's log; long ones are cut in the log itself.",
  input: z.strictObject({ chatId: ChatId, seq: z.coerce.number().int().positive() }),
  output: z.object({ data: z.unknown() }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/events/:seq/body" },
  async run(ctx, { chatId, seq }) {
    const { room } = await inOrg(ctx.db, ctx.orgId, (tx) =>
      loadChatIn(tx, ctx, "workroom.read", chatId),
    );
    const [event] = await readEvents(ctx, chatId, seq - 1, 1);
    if (event?.seq !== seq) throw notFound("Event");
    const mark = readWholeMark(event.data);
    if (!mark) return { data: event.data };
    // The mark is the room's word at worst, and leads nowhere but to bodies of this chat of this room.
    const key = bodyKey(rootOf(room), chatId, mark.epoch, mark.n);
    const bytes = await ctx.store.getBytes(key).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "not_found") return null;
      throw error;
    });
    return { data: bytes ? (JSON.parse(bytes.toString("utf8")) as unknown) : event.data };
  },
});
