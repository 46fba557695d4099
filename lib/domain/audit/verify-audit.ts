import { setImmediate } from "node:timers/promises";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { auditEntries, auditSeals } from "@/lib/db/schema";
import { AuditVerification } from "@/lib/protocol/audit";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { FIRST_HASH, sealHash } from "./seal-hash";

const BATCH = 2_000;

type Break = NonNullable<AuditVerification["break"]>;

export const verifyAudit = defineVerb({
  name: "audit.verify",
  summary: "Checks the seals of the audit log: whether an entry was changed or removed, and where.",
  input: z.strictObject({}),
  output: AuditVerification,
  action: "org.read_audit",
  rest: { method: "GET", path: "/audit/verification" },
  run: (ctx) => {
    authorize(ctx, "org.read_audit", { kind: "org", orgId: ctx.orgId });
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const walked = await walkSeals(tx, ctx.orgId);
      const { waitingCount, lost } = await checkWaiting(tx, ctx.orgId);
      const found = walked.break ?? lost;
      return {
        state: found ? "broken" : "unbroken",
        entryCount: walked.count,
        waitingCount,
        break: found,
      } as const;
    });
  },
});

/** Follows the chain from its start to the first seal that doesn't fit its entry or the seal before. */
async function walkSeals(
  tx: DbTransaction,
  orgId: string,
): Promise<{ count: number; break: Break | null }> {
  let last = { number: 0, hash: FIRST_HASH };
  for (;;) {
    const rows = await tx
      .select({ seal: auditSeals, entry: auditEntries })
      .from(auditSeals)
      .leftJoin(auditEntries, eq(auditEntries.id, auditSeals.entryId))
      .where(and(eq(auditSeals.orgId, orgId), gt(auditSeals.number, last.number)))
      .orderBy(asc(auditSeals.number))
      .limit(BATCH);
    for (const { seal, entry } of rows) {
      const why = whyNot(last, seal, entry);
      if (why !== null) {
        const at = entry?.createdAt.toISOString() ?? null;
        return {
          count: last.number,
          break: { number: last.number + 1, entryId: seal.entryId, at, why },
        };
      }
      last = { number: seal.number, hash: seal.hash };
    }
    if (rows.length < BATCH) return { count: last.number, break: null };
    await setImmediate(); // Half a million entries take seconds; other requests go on between.
  }
}

function whyNot(
  last: { number: number; hash: string },
  seal: typeof auditSeals.$inferSelect,
  entry: typeof auditEntries.$inferSelect | null,
): Break["why"] | null {
  if (seal.number !== last.number + 1) return "seal_removed";
  if (entry === null) return "removed";
  return sealHash(last.hash, entry) === seal.hash ? null : "changed";
}

/** Each entry has a seal or waits for one, and what waits is there. One statement sees both sides at one moment. */
async function checkWaiting(
  tx: DbTransaction,
  orgId: string,
): Promise<{ waitingCount: number; lost: Break | null }> {
  const { rows } = await tx.execute<{
    waiting: number;
    unsealed: string | null;
    removed: string | null;
  }>(sql`
    select
      (select count(distinct entry_id)::integer from audit_unsealed where org_id = ${orgId}) as waiting,
      (select e.id from audit_entries e where e.org_id = ${orgId}
        and not exists (select 1 from audit_seals s where s.entry_id = e.id)
        and not exists (select 1 from audit_unsealed u where u.org_id = ${orgId} and u.entry_id = e.id) limit 1) as unsealed,
      (select u.entry_id from audit_unsealed u where u.org_id = ${orgId}
        and not exists (select 1 from audit_entries e where e.id = u.entry_id) limit 1) as removed`);
  const [row] = rows;
  const entryId = row?.removed ?? row?.unsealed ?? null;
  const why = row?.removed ? "removed" : "not_sealed";
  return {
    waitingCount: row?.waiting ?? 0,
    lost: entryId === null ? null : { number: null, entryId, at: null, why },
  };
}
