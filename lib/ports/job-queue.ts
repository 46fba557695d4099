import type { DbTransaction } from "@/lib/db/client";

/** Jobs carry the organisation, so that each runs under its row-level security. */
export type Job =
  | { name: "reconcile_workroom"; orgId: string; workroomId: string }
  | { name: "dispatch_turn"; orgId: string; chatId: string }
  | { name: "finish_turn"; orgId: string; turnId: string }
  | { name: "check_walls"; orgId: string; workroomId: string }
  /** `actorId` null: nobody asked for it, and no chat is told. */
  | { name: "checkpoint_workroom"; orgId: string; workroomId: string; actorId: string | null }
  | { name: "move_storage"; orgId: string; workroomId: string }
  | { name: "clean_storage_move"; orgId: string; workroomId: string }
  /** `secretBox`: the link's secret, sealed with the invitation's id. */
  | { name: "mail_invitation"; orgId: string; invitationId: string; secretBox: string }
  | { name: "send_push"; orgId: string; notificationId: string; subscriptionId: string };

/** Runs jobs later, at least once. Handlers are safe to repeat. */
export interface JobQueue {
  /** Part of the caller's transaction: the job exists exactly when the rows do. Same `key`: one job. */
  enqueue(tx: DbTransaction, job: Job, options?: { key?: string; runAt?: Date }): Promise<void>;
}

export type JobName = Job["name"];
/** What runs each kind of job. A throw means: again later, with growing delays. */
export type JobHandlers = {
  [N in JobName]: (job: Extract<Job, { name: N }>, signal: AbortSignal) => Promise<void>;
};

/** Takes jobs off the queue in this process until it is stopped; a job that runs is finished first. */
export interface JobRunner {
  run(handlers: JobHandlers): Promise<{ stop(): Promise<void> }>;
}
