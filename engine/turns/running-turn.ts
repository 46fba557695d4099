import type { TurnEndReason } from "@/lib/protocol/events";

/** A turn that runs: how to stop it, and why it was stopped, if it was. */
export type RunningTurn = {
  readonly turnId: string;
  /** Set while there is an agent to stop: it may stop by itself for `graceMs`, then it is killed. */
  stop: ((graceMs?: number) => void) | null;
  stopReason: { reason: TurnEndReason; message: string | null } | null;
};
