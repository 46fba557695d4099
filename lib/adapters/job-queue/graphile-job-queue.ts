import { EventEmitter } from "node:events";
import { type SQL, sql } from "drizzle-orm";
import {
  Logger,
  run as runWorker,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import { Pool } from "pg";
import type { DbTransaction } from "@/lib/db/client";
import type { Locks } from "@/lib/ports/locks";
import type { Job, JobHandlers, JobName, JobQueue, JobRunner } from "@/lib/ports/job-queue";

const POLL_INTERVAL_MS = 1_000; // inserts wake the worker by NOTIFY; polling only finds what became due
const MAX_ATTEMPTS = 12;
const CONCURRENCY = 6;
const LOST_EVERY_MS = 5_000;

type LogLine = (level: string, message: string) => void;

/** Tables of the queue, in the schema `graphile_worker`. Run as the owner of the database. */
export async function installJobTables(ownerUrl: string): Promise<void> {
  const pgPool = new Pool({ connectionString: ownerUrl, max: 2 });
  pgPool.on("error", () => undefined);
  pgPool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await runMigrations({ pgPool, logger: quietLogger(() => undefined) });
  } finally {
    await pgPool.end();
  }
}

/** Jobs as rows of graphile-worker, in the database of everything else. */
export function graphileJobQueue(): JobQueue {
  return {
    async enqueue(tx: DbTransaction, job: Job, options = {}) {
      const key = options.key ?? `${job.name}:${subjectOf(job)}`;
      await tx.execute(addJob(job, key, options.runAt ?? null));
    },
  };
}

/** Jobs of one subject run one after the other; a job that waits already stands for this one as well. */
function addJob(job: Job, key: string, runAt: Date | null): SQL {
  const payload = JSON.stringify(job);
  return sql`select 1 from graphile_worker.add_job(
    ${job.name}::text, payload := ${payload}::json, queue_name := ${subjectOf(job)}::text,
    run_at := ${runAt?.toISOString() ?? null}::timestamptz, max_attempts := ${MAX_ATTEMPTS}::int,
    job_key := ${key}::text, job_key_mode := ${"replace"}::text)`;
}

function subjectOf(job: Job): string {
  if ("chatId" in job) return job.chatId;
  if ("invitationId" in job) return job.invitationId;
  if ("notificationId" in job) return `${job.notificationId}:${job.subscriptionId}`;
  return "turnId" in job ? job.turnId : `${job.workroomId}:${queueOf[job.name]}`;
}

/** Checks and checkpoints of a room wait for each other, but never for its start. */
const queueOf: Record<JobName, string> = {
  reconcile_workroom: "state",
  check_walls: "checks",
  checkpoint_workroom: "files",
  dispatch_turn: "turn",
  finish_turn: "turn",
  move_storage: "storage",
  clean_storage_move: "storage",
  mail_invitation: "mail",
  send_push: "push",
};

/**
 * Takes jobs in this process. Each of its workers holds a lock while the process lives; what is still marked as taken
 * by a worker without one belongs to a process that died, and is given free.
 */
export function graphileJobRunner(pool: Pool, locks: Locks, onLog: LogLine): JobRunner {
  return {
    async run(handlers) {
      const events: WorkerEvents = new EventEmitter();
      const own = new Set<string>();
      const free = () =>
        freeLostJobs(pool, locks, own).catch((error: unknown) =>
          onLog("warning", `Looking for lost jobs failed: ${error}`),
        );
      events.on("worker:create", ({ worker }) => {
        own.add(worker.workerId);
        void free();
      });
      await free();
      const timer = setInterval(free, LOST_EVERY_MS);
      const runner = await runWorker({
        pgPool: pool,
        taskList: taskListOf(handlers),
        concurrency: CONCURRENCY,
        pollInterval: POLL_INTERVAL_MS,
        noHandleSignals: true,
        events,
        logger: quietLogger(onLog),
      });
      runner.promise.catch((error: unknown) => onLog("error", `The job runner ended: ${error}`));
      return {
        stop() {
          clearInterval(timer);
          return runner.stop();
        },
      };
    },
  };
}

const workerLock = (workerId: string) => `job-worker:${workerId}`;

/** Without this, a job that a killed process had taken would wait for hours, and with it its whole room. */
async function freeLostJobs(pool: Pool, locks: Locks, own: ReadonlySet<string>): Promise<void> {
  // Also takes them again after the connection of the locks broke.
  for (const id of own) await locks.tryLock(workerLock(id));
  const { rows } = await pool.query<{ id: string }>(
    `select locked_by as id from graphile_worker._private_jobs where locked_by is not null
     union select locked_by from graphile_worker._private_job_queues where locked_by is not null`,
  );
  for (const { id } of rows) {
    if (own.has(id)) continue;
    const lock = await locks.tryLock(workerLock(id));
    if (!lock) continue; // its process lives
    await pool.query("select graphile_worker.force_unlock_workers(array[$1::text])", [id]);
    await lock.release();
  }
}

function taskListOf(handlers: JobHandlers): TaskList {
  const tasks: TaskList = {};
  for (const name of Object.keys(handlers) as JobName[]) {
    const handle = handlers[name] as (job: Job, signal: AbortSignal) => Promise<void>;
    tasks[name] = async (payload, helpers) => {
      await handle(payload as Job, helpers.abortSignal ?? new AbortController().signal);
    };
  }
  return tasks;
}

const quietLogger = (onLog: LogLine) =>
  new Logger(() => (level, message) => {
    if (level === "error" || level === "warning") onLog(level, message);
  });
