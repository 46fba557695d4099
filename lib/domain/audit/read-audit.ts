import { and, desc, eq, lt, or, type SQL, sql } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { apiKeys, type AuditEntry, auditEntries, users, workrooms } from "@/lib/db/schema";
import type { AuditEntryView, AuditFilter } from "@/lib/protocol/audit";
import { levelIn } from "../authorize";
import type { Context } from "../context";
import { sharedWith, workroomObject } from "../workroom/load-workroom";
import { whereFits } from "./audit-filter";

/** The sort key of an entry: the database's own text of its time, and its id. */
export type AuditPlace = { at: string; id: string };
export type PlacedEntry = { place: AuditPlace; view: AuditEntryView };

/** Entries after a place, newest first. */
export const readAudit = (
  ctx: Context,
  asked: { filter: AuditFilter; after: AuditPlace | null; limit: number },
): Promise<PlacedEntry[]> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const rows = await selectRows(tx, ctx, asked);
    return rows.map((row) => ({
      place: { at: row.at, id: row.entry.id },
      view: viewEntry(row.entry, row, canSee(ctx, row.room, row.shared)),
    }));
  });

const selectRows = (
  tx: DbTransaction,
  ctx: Context,
  { filter, after, limit }: { filter: AuditFilter; after: AuditPlace | null; limit: number },
) =>
  tx
    .select({
      entry: auditEntries,
      at: sql<string>`${auditEntries.createdAt}::text`,
      keyName: apiKeys.name,
      userName: users.name,
      room: {
        orgId: workrooms.orgId,
        createdBy: workrooms.createdBy,
        openness: workrooms.openness,
      },
      shared: sharedWith(ctx),
    })
    .from(auditEntries)
    .leftJoin(workrooms, eq(workrooms.id, auditEntries.workroomId))
    .leftJoin(apiKeys, eq(apiKeys.id, auditEntries.apiKeyId))
    .leftJoin(users, eq(users.id, auditEntries.actorId))
    .where(and(whereFits(ctx.orgId, filter), after ? comesAfter(after) : undefined))
    .orderBy(desc(auditEntries.createdAt), desc(auditEntries.id))
    .limit(limit);

const comesAfter = ({ at, id }: AuditPlace): SQL | undefined => {
  const time = sql`${at}::timestamptz`;
  return or(
    lt(auditEntries.createdAt, time),
    and(eq(auditEntries.createdAt, time), lt(auditEntries.id, id)),
  );
};

type Owned = { orgId: string; createdBy: string; openness: "private" | "open" } | null;

/** What happened in a private room is for those who are in it; that it happened is for whoever reads the log. */
function canSee(ctx: Context, room: Owned, shared: "view" | "edit" | null): boolean {
  if (room === null || ctx.actor.kind !== "user") return true;
  return levelIn(ctx.actor, workroomObject(room, shared)) !== null;
}

function viewEntry(
  entry: AuditEntry,
  names: { keyName: string | null; userName: string | null },
  isSeen: boolean,
): AuditEntryView {
  const { actorKind, actorId, apiKeyId, objectId } = entry;
  const name = actorKind === "user" ? (entry.actorName ?? names.userName) : null;
  return {
    id: entry.id,
    at: entry.createdAt.toISOString(),
    actor: { kind: actorKind, id: actorId, name },
    apiKey: apiKeyId === null ? null : { id: apiKeyId, name: names.keyName },
    action: entry.action,
    object: objectId === null ? null : { id: objectId, title: isSeen ? entry.objectTitle : null },
    workroomId: entry.workroomId,
    isHidden: !isSeen,
    detail: (isSeen ? parseFields(entry.detail) : null) ?? {},
    before: isSeen ? parseFields(entry.before) : null,
    after: isSeen ? parseFields(entry.after) : null,
  };
}

/** Entries of earlier versions were cut off in their middle when they were long. */
function parseFields(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return { entry: text };
  }
}
