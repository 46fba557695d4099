import type { TableProfile } from "@/lib/protocol/files";
import type { MessageView, TurnView } from "@/lib/protocol/views";

export type StepStatus = "pending" | "in_progress" | "completed" | "failed";

export type StepDiff = { path: string; before: string | null; after: string };

/** One use of a tool. `output` is what it printed so far. */
export type Step = {
  kind: "step";
  id: string;
  title: string;
  toolKind: string; // ACP: read, edit, delete, move, search, execute, think, fetch, other
  status: StepStatus;
  paths: string[];
  diffs: StepDiff[];
  output: string;
  command: string | null;
  /** The event whose whole body has what was left out here; null when all is here. */
  wholeAt: { chatId: string; seq: number } | null;
  startedAt: string;
  endedAt: string | null;
};

export type NoticeLevel = "info" | "warning" | "error";

export type TurnPart =
  | { kind: "text"; id: string; text: string }
  | { kind: "thought"; id: string; text: string }
  | { kind: "notice"; id: string; level: NoticeLevel; text: string }
  | Step;

export type PlanEntry = { content: string; status: "pending" | "in_progress" | "completed" };

export type Turn = {
  id: string;
  /** `null` until the control plane's first word about it. */
  view: TurnView | null;
  plan: PlanEntry[];
  parts: TurnPart[];
};

export type ChatItem =
  | { kind: "message"; id: string; message: MessageView }
  | { kind: "turn"; id: string; turn: Turn }
  | { kind: "profile"; id: string; profile: TableProfile }
  | { kind: "notice"; id: string; level: NoticeLevel; text: string };

/** What a chat shows, folded from its events up to `lastSeq`. Unchanged items keep their identity. */
export type ChatState = {
  lastSeq: number;
  items: readonly ChatItem[];
  queue: readonly MessageView[];
  runningTurnId: string | null;
};

export const emptyChat: ChatState = { lastSeq: 0, items: [], queue: [], runningTurnId: null };
