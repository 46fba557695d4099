import { and, eq, inArray, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { workrooms, workspaceCommits } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { SegmentRef } from "@/lib/protocol/store";
import type { Context } from "../context";

type Writer = { epoch: number; commitSeq: number };

/**
 * Locks a room's row against other writers until the transaction ends: the epoch can't be raised, and no other segment
 * gets the next number.
 *
 * @throws AppError `conflict` (`isRefused`) when the room has a newer epoch
 */
export async function lockWriter(
  tx: DbTransaction,
  workroomId: string,
  epoch: number,
): Promise<Writer> {
  const locked = await tx.execute<{ epoch: number; commit_seq: number }>(
    sql`select epoch, commit_seq from workrooms where id = ${workroomId} for no key update`,
  );
  const [row] = locked.rows;
  if (!row) throw notFound("Workroom");
  if (row.epoch !== epoch)
    throw refused("The workroom was started anew; its files are saved again.");
  return { epoch: row.epoch, commitSeq: row.commit_seq };
}

/**
 * Commits segments that are durable in the store: from now on they are part of the room's state. Those that are committed
 * already are passed over, so it is safe to repeat.
 *
 * @returns the number of the last commit
 * @throws AppError `conflict` (`isRefused`) when they are of an older epoch, or do not follow on what is committed
 */
export async function commitSegments(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now">,
  workroomId: string,
  segments: readonly SegmentRef[],
): Promise<number> {
  const [first] = segments;
  if (!first) throw new Error("There is at least one segment to commit.");
  const { commitSeq } = await lockWriter(tx, workroomId, first.epoch);
  const known = segments.filter(({ seq }) => seq <= commitSeq);
  if (known.length > 0) await checkKnown(tx, workroomId, known);
  const fresh = segments.slice(known.length);
  if (fresh.length === 0) return commitSeq;
  const isInOrder = fresh.every(
    ({ seq, epoch }, i) => seq === commitSeq + 1 + i && epoch === first.epoch,
  );
  if (!isInOrder) throw refused("These changes do not follow on what was saved last.");
  const createdAt = ctx.now();
  const last = commitSeq + fresh.length;
  // The row is locked and the commits stand on it: neither statement waits for the other's answer.
  await Promise.all([
    tx.insert(workspaceCommits).values(
      fresh.map(({ cause, ...ref }) => ({
        ...ref,
        orgId: ctx.orgId,
        workroomId,
        reason: cause.reason,
        turnId: cause.turnId,
        toolCallId: cause.toolCallId ?? null,
        actorId: cause.actorId,
        createdAt,
      })),
    ),
    tx
      .update(workrooms)
      .set({ commitSeq: last, committedAt: createdAt })
      .where(eq(workrooms.id, workroomId)),
  ]);
  return last;
}

/** A number may be committed once only, to one segment. */
async function checkKnown(
  tx: DbTransaction,
  workroomId: string,
  segments: readonly SegmentRef[],
): Promise<void> {
  const rows = await tx
    .select({ seq: workspaceCommits.seq, key: workspaceCommits.key })
    .from(workspaceCommits)
    .where(
      and(
        eq(workspaceCommits.workroomId, workroomId),
        inArray(
          workspaceCommits.seq,
          segments.map(({ seq }) => seq),
        ),
      ),
    );
  const keys = new Map(rows.map(({ seq, key }) => [seq, key]));
  if (segments.some(({ seq, key }) => keys.get(seq) !== key))
    throw refused("Other changes were saved in the place of these.");
}

const refused = (message: string) =>
  new AppError("conflict", message, { details: { isRefused: true } });

/** The writer of these segments is not the room's writer (any more): none of them was committed. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && error.details["isRefused"] === true;
