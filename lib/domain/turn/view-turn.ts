import type { Turn } from "@/lib/db/schema";
import type { TurnView } from "@/lib/protocol/views";
import type { NewChatEvent } from "../chat/append-chat-events";

export const viewTurn = (turn: Turn): TurnView => ({
  id: turn.id,
  chatId: turn.chatId,
  messageId: turn.messageId,
  state: turn.state,
  startedAt: turn.startedAt.toISOString(),
  endedAt: turn.endedAt?.toISOString() ?? null,
  employee: { isScripted: turn.isScripted, label: turn.employeeLabel },
  message: turn.message,
  inputTokens: turn.inputTokens,
  outputTokens: turn.outputTokens,
  costMicroUsd: turn.costMicroUsd,
  isCostEstimated: turn.isCostEstimated,
  changedFiles: turn.changedFiles,
  undo: undoOf(turn),
});

function undoOf(turn: Turn): TurnView["undo"] {
  if (turn.undoneAt) return "done";
  if (!turn.finishedAt) return "running";
  return turn.changedFiles ? "available" : "nothing";
}

/** The entry of a chat's log that shows a turn as it is now. */
export const turnEvent = (turn: Turn): NewChatEvent => ({
  type: "chat/turn",
  turnId: turn.id,
  data: viewTurn(turn),
});
