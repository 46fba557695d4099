import type { Checkpoint } from "@/lib/db/schema";
import type { NewChatEvent } from "../chat/append-chat-events";

/** The entry of a chat's log that says: the files were saved. */
export const checkpointEvent = (row: Checkpoint, turnId: string | null): NewChatEvent => ({
  type: "chat/checkpoint",
  turnId,
  data: {
    checkpointId: row.id,
    reason: row.reason,
    added: row.added,
    changed: row.changed,
    removed: row.removed,
  },
});
