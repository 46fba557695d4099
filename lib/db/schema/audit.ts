import { bigint, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, orgId, time } from "./columns";

export const auditEntries = pgTable(
  "audit_entries",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    actorKind: text("actor_kind", { enum: ["user", "system"] }).notNull(),
    actorId: text("actor_id").notNull(), // a user's id, or the name of the system job
    /** What the person was called then; who has left is no longer found by their id. */
    actorName: text("actor_name"),
    action: text("action").notNull(), // the verb's name
    objectId: text("object_id"),
    /** What the object was called then, and the room it is in. */
    objectTitle: text("object_title"),
    workroomId: text("workroom_id"),
    /** What was asked, secrets redacted (JSON text). */
    detail: text("detail").notNull().default("{}"),
    /** The key that spoke for the person, if a program did. */
    apiKeyId: text("api_key_id"),
    /** The fields that changed, before and after, secrets redacted (JSON text). */
    before: text("before"),
    after: text("after"),
    createdAt: createdAt(),
  },
  (t) => [
    index("audit_entries_org_id_created_at_idx").on(t.orgId, t.createdAt, t.id),
    index("audit_entries_actor_id_idx").on(t.orgId, t.actorId, t.createdAt, t.id),
    index("audit_entries_action_idx").on(t.orgId, t.action, t.createdAt, t.id),
    index("audit_entries_object_id_idx").on(t.orgId, t.objectId, t.createdAt, t.id),
    index("audit_entries_workroom_id_idx").on(t.orgId, t.workroomId, t.createdAt, t.id),
    uniqueIndex("audit_entries_id_idx").on(t.id),
  ],
);

/**
 * The hash chain over the audit log of an organisation: each seal covers one entry and the seal before it, so a row that
 * was changed or removed later shows. Made by the worker shortly after the entries, which keeps it off their way.
 */
export const auditSeals = pgTable(
  "audit_seals",
  {
    orgId: orgId(),
    number: bigint("number", { mode: "number" }).notNull(),
    entryId: text("entry_id").notNull().unique(),
    hash: text("hash").notNull(), // SHA-256 hex of the seal before and the entry
    sealedAt: time("sealed_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.number] })],
);

/**
 * Entries without a seal yet; a trigger adds them, so that no writer can forget to. May name an entry twice, after a
 * restore.
 */
export const auditUnsealed = pgTable(
  "audit_unsealed",
  {
    orgId: orgId(),
    entryId: text("entry_id").notNull(),
    createdAt: time("created_at").notNull(),
  },
  (t) => [index("audit_unsealed_org_id_idx").on(t.orgId, t.createdAt, t.entryId)],
);
export type AuditEntry = typeof auditEntries.$inferSelect;
