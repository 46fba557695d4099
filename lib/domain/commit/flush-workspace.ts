import { eq } from "drizzle-orm";
import { type DbTransaction, inOrg, readInOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { CommitCause } from "@/lib/protocol/store";
import type { Context } from "../context";
import { commitSegments, isRefusal } from "./commit-segments";
import { openWorkspace } from "./open-workspace";

const FLUSH_TIMEOUT_MS = 60_000;
const TRIES = 3;

type Flush = {
  workroomId: string;
  cause: CommitCause;
  /** What changed, with what is below; everything when it is left out. */
  paths?: readonly string[];
  /** The room's epoch, when the caller has just read it. */
  epoch?: number;
};

/**
 * Makes what is on a room's disk durable: the host writes it to the store, and one transaction commits it together with
 * what `book` writes.
 *
 * @throws AppError `unavailable` when the store does not answer: what changed is on the disk, and is saved later
 */
export async function flushWorkspace<T>(
  ctx: Pick<Context, "db" | "orgId" | "host" | "now" | "secrets">,
  { workroomId, cause, paths, epoch: known }: Flush,
  book: (tx: DbTransaction) => Promise<T>,
): Promise<T> {
  let epoch = known ?? (await readEpoch(ctx, workroomId));
  for (let i = 0; i < TRIES; i += 1) {
    const input = { roomId: workroomId, epoch, cause, ...(paths && { paths: [...paths] }) };
    const flushed = await ctx.host.call("flush", input, { timeoutMs: FLUSH_TIMEOUT_MS });
    try {
      if (flushed) return await commit(ctx, { workroomId, epoch }, flushed.segments, book);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    // The host does not know the room, or the room has begun a new life: from what is committed now on.
    await openWorkspace(ctx, workroomId);
    epoch = await readEpoch(ctx, workroomId);
  }
  throw new AppError("conflict", "The workroom is being started anew. Try again.");
}

type Segments = Parameters<typeof commitSegments>[3];
type Room = { workroomId: string; epoch: number };

async function commit<T>(
  ctx: Pick<Context, "db" | "orgId" | "host" | "now">,
  { workroomId, epoch }: Room,
  segments: Segments,
  book: (tx: DbTransaction) => Promise<T>,
): Promise<T> {
  const done = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const seq = segments.length > 0 ? await commitSegments(tx, ctx, workroomId, segments) : null;
    return { seq, booked: await book(tx) };
  });
  if (done.seq !== null) acknowledge(ctx, workroomId, epoch, done.seq);
  return done.booked;
}

/** Tells the host what is committed. A message that is lost does no harm: these segments come again. */
export function acknowledge(
  { host }: Pick<Context, "host">,
  roomId: string,
  epoch: number,
  seq: number,
): void {
  host.call("ackSegments", { roomId, epoch, seq, isRefused: false }).catch(() => undefined);
}

export const readEpoch = (
  ctx: Pick<Context, "db" | "orgId">,
  workroomId: string,
): Promise<number> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const mine = eq(workrooms.id, workroomId);
    const [room] = await tx.select({ epoch: workrooms.epoch }).from(workrooms).where(mine);
    if (!room) throw notFound("Workroom");
    return room.epoch;
  });
