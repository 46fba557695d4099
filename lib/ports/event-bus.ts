export type BusSignal =
  | { type: "chat"; orgId: string; chatId: string }
  | { type: "workroom"; orgId: string; workroomId: string };

/** Wakes listeners of every web process; carries no content: the database is the truth. A signal may be lost or doubled. */
export interface EventBus {
  publish(signal: BusSignal): void;
  subscribe(listener: (signal: BusSignal) => void): () => void;
}
