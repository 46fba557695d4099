import type { ChatEvent } from "@/lib/protocol/events";

export type BusSignal =
  /** `events`: what the log has just grown by, committed; only listeners of the same process get it. */
  | { type: "chat"; orgId: string; chatId: string; events?: readonly ChatEvent[] }
  /** `userId`: only that person's pages have to look, or everybody's ("*"), and learn it too when the room is lost to them. */
  | { type: "workroom"; orgId: string; workroomId: string; userId?: string }
  /** Somebody came into a room or left it. */
  | { type: "presence"; orgId: string; workroomId: string };

/** Wakes listeners of every web process; carries no content to another: the database is the truth. A signal may be lost or doubled. */
export interface EventBus {
  publish(signal: BusSignal): void;
  subscribe(listener: (signal: BusSignal) => void): () => void;
}
