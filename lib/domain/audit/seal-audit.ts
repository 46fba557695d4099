import { asc, desc, eq, inArray, sql } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type AuditEntry, auditEntries, auditSeals, auditUnsealed } from "@/lib/db/schema";
import type { Ports } from "../context";
import { FIRST_HASH, sealHash } from "./seal-hash";

const BATCH = 500;

export type LastSeal = { number: number; hash: string };

/**
 * Seals entries of an organisation that wait for it, oldest first. An entry waits from the moment its transaction
 * commits, so one that commits late is sealed late and never skipped. Of several processes at once, one seals.
 *
 * @returns the last seal, and whether more may wait; null when another process is at it or nothing waits
 */
export const sealAudit = (
  ports: Pick<Ports, "db">,
  orgId: string,
): Promise<{ last: LastSeal; hasMore: boolean } | null> =>
  inOrg(ports.db, orgId, async (tx) => {
    const { rows } = await tx.execute<{ mine: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`audit seal ${orgId}`}, 0)) as mine`,
    );
    if (!rows[0]?.mine) return null;
    const waiting = await tx
      .select({ id: auditUnsealed.entryId })
      .from(auditUnsealed)
      .where(eq(auditUnsealed.orgId, orgId))
      .orderBy(asc(auditUnsealed.createdAt), asc(auditUnsealed.entryId))
      .limit(BATCH);
    const ids = [...new Set(waiting.map(({ id }) => id))];
    if (ids.length === 0) return null;
    const entries = await tx
      .select()
      .from(auditEntries)
      .where(inArray(auditEntries.id, ids))
      .orderBy(asc(auditEntries.createdAt), asc(auditEntries.id));
    const last = await insertSeals(tx, orgId, await withoutSeal(tx, entries));
    // What waits without being there was removed: it goes on waiting, and the check names it.
    const found = entries.map(({ id }) => id);
    if (found.length > 0)
      await tx.delete(auditUnsealed).where(inArray(auditUnsealed.entryId, found));
    return { last, hasMore: found.length > 0 && waiting.length === BATCH };
  });

/** A restored entry waits once more although its seal was restored as well. */
async function withoutSeal(tx: DbTransaction, entries: AuditEntry[]): Promise<AuditEntry[]> {
  const ids = entries.map(({ id }) => id);
  if (ids.length === 0) return [];
  const sealed = await tx
    .select({ id: auditSeals.entryId })
    .from(auditSeals)
    .where(inArray(auditSeals.entryId, ids));
  const done = new Set(sealed.map(({ id }) => id));
  return entries.filter(({ id }) => !done.has(id));
}

async function insertSeals(
  tx: DbTransaction,
  orgId: string,
  entries: AuditEntry[],
): Promise<LastSeal> {
  const [newest] = await tx
    .select({ number: auditSeals.number, hash: auditSeals.hash })
    .from(auditSeals)
    .where(eq(auditSeals.orgId, orgId))
    .orderBy(desc(auditSeals.number))
    .limit(1);
  let last: LastSeal = newest ?? { number: 0, hash: FIRST_HASH };
  const seals = entries.map((entry) => {
    last = { number: last.number + 1, hash: sealHash(last.hash, entry) };
    return { ...last, orgId, entryId: entry.id };
  });
  if (seals.length > 0) await tx.insert(auditSeals).values(seals);
  return last;
}
