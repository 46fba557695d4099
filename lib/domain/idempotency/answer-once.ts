import { and, eq, isNull } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { idempotencyKeys } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Context } from "../context";
import { actorId } from "../system-context";

/** Answers are kept for a day; a claim whose process died is free again after the lease. */
export const ANSWER_LIFE_MS = 86_400_000;
export const LEASE_MS = 30_000;
const BEAT_EVERY_MS = 10_000;

export type Answer = { status: number; body: string };
type Asked = { key: string; requestHash: string };
/** `since` fences: whoever lost the claim neither beats nor stores. */
type Claim = Asked & { since: Date };

/**
 * Runs a request once for all that come with the same key of the same person (draft-ietf-httpapi-idempotency-key-header).
 * The first one claims the key, beats while it runs and stores its answer; those after it get that answer. An answer is
 * sealed, since it may hold a secret that is shown once. What may well work later (`conflict`, a rate limit, a failure
 * of ours) is not stored: the key is free again.
 *
 * @throws AppError `key_reused` for another request with the same key · `conflict` while the first one runs
 */
export async function answerOnce(
  ctx: Context,
  asked: Asked,
  work: () => Promise<Answer>,
): Promise<Answer & { isReplayed: boolean }> {
  const claimed = await claim(ctx, asked);
  if ("body" in claimed) return { ...claimed, isReplayed: true };
  const beat = setInterval(() => void keepClaim(ctx, claimed), BEAT_EVERY_MS).unref();
  let answer: Answer | undefined;
  try {
    answer = await work();
    return { ...answer, isReplayed: false };
  } finally {
    clearInterval(beat);
    if (answer && isFinal(answer.status)) await store(ctx, claimed, answer);
    else await release(ctx, claimed);
  }
}

const isFinal = (status: number) => status < 500 && status !== 409 && status !== 429;

const rowOf = (ctx: Context, { key }: Asked) =>
  and(
    eq(idempotencyKeys.orgId, ctx.orgId),
    eq(idempotencyKeys.userId, actorId(ctx)),
    eq(idempotencyKeys.key, key),
  );
const claimOf = (ctx: Context, claimed: Claim) =>
  and(
    rowOf(ctx, claimed),
    isNull(idempotencyKeys.status),
    eq(idempotencyKeys.createdAt, claimed.since),
  );

const sealContext = (ctx: Context, { key }: Asked) => `answer ${ctx.orgId} ${actorId(ctx)} ${key}`;

const claim = (ctx: Context, asked: Asked): Promise<Claim | Answer> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const since = ctx.now();
    const { orgId } = ctx;
    const mine = { requestHash: asked.requestHash, status: null, body: null, createdAt: since };
    const inserted = await tx
      .insert(idempotencyKeys)
      .values({ orgId, userId: actorId(ctx), key: asked.key, ...mine })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key });
    if (inserted.length > 0) return { ...asked, since };
    const [row] = await tx.select().from(idempotencyKeys).where(rowOf(ctx, asked)).for("update");
    if (!row) throw stillRunning(); // Released between the two statements: the client asks again.
    const ageMs = since.getTime() - row.createdAt.getTime();
    if (ageMs > (row.status === null ? LEASE_MS : ANSWER_LIFE_MS)) {
      await tx.update(idempotencyKeys).set(mine).where(rowOf(ctx, asked));
      return { ...asked, since };
    }
    if (row.requestHash !== asked.requestHash)
      throw new AppError("key_reused", "This Idempotency-Key came with another request before.");
    if (row.status === null) throw stillRunning();
    return {
      status: row.status,
      body: ctx.secrets.open(row.body ?? "", sealContext(ctx, asked)),
    };
  });

const stillRunning = () =>
  new AppError("conflict", "The first request with this Idempotency-Key still runs.", {
    details: { retryAfterSeconds: 1 },
  });

async function keepClaim(ctx: Context, claimed: Claim): Promise<void> {
  const since = ctx.now();
  try {
    const kept = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .update(idempotencyKeys)
        .set({ createdAt: since })
        .where(claimOf(ctx, claimed))
        .returning({ key: idempotencyKeys.key }),
    );
    if (kept.length > 0) claimed.since = since;
  } catch {
    return; // The next beat tries again, well before the lease is over.
  }
}

async function store(ctx: Context, claimed: Claim, { status, body }: Answer): Promise<void> {
  const sealed = ctx.secrets.seal(body, sealContext(ctx, claimed));
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .update(idempotencyKeys)
      .set({ status, body: sealed, createdAt: ctx.now() })
      .where(claimOf(ctx, claimed)),
  );
}

const release = (ctx: Context, claimed: Claim) =>
  inOrg(ctx.db, ctx.orgId, (tx) => tx.delete(idempotencyKeys).where(claimOf(ctx, claimed)));
