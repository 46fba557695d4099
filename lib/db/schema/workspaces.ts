import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { commitReasons } from "@/lib/protocol/store";
import { channels, type StorageAbilities } from "@/lib/protocol/workspace";
import { storageMoveStates } from "@/lib/protocol/view-names";
import { createdAt, orgId, time } from "./columns";
import { orgs } from "./identity";
import { workrooms } from "./workrooms";

/** A bucket of the customer's own. The secret is encrypted and never shown again. */
export const storages = pgTable(
  "storages",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    endpoint: text("endpoint"),
    region: text("region").notNull(),
    bucket: text("bucket").notNull(),
    prefix: text("prefix").notNull().default(""),
    accessKeyId: text("access_key_id").notNull(),
    secretBox: text("secret_box").notNull(),
    /** Raised with each change of the key or the place, so that open connections are made anew. */
    revision: integer("revision").notNull().default(1),
    abilities: jsonb("abilities").$type<StorageAbilities>(),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    checkedAt: time("checked_at"),
  },
  (t) => [index("storages_org_id_idx").on(t.orgId)],
);

/**
 * One committed segment. The row is the commit: a segment without a row does not count. `(workroom_id, seq)` is unique and
 * without a gap, and a writer of an older epoch is refused, so two writers can't interleave.
 */
export const workspaceCommits = pgTable(
  "workspace_commits",
  {
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    seq: integer("seq").notNull(),
    epoch: integer("epoch").notNull(),
    key: text("key").notNull(),
    sha256: text("sha256").notNull(),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    opCount: integer("op_count").notNull(),
    reason: text("reason", { enum: commitReasons }).notNull(),
    turnId: text("turn_id"),
    toolCallId: text("tool_call_id"),
    actorId: text("actor_id"),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workroomId, t.seq] }),
    index("workspace_commits_org_id_idx").on(t.orgId),
  ],
);

/**
 * An ordinary object that we put into a customer's bucket for a file. What lies there with another tag was changed by
 * somebody else; what lies there without a row is somebody else's.
 */
export const mirroredObjects = pgTable(
  "mirrored_objects",
  {
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    path: text("path").notNull(),
    etag: text("etag").notNull(),
    sha256: text("sha256").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workroomId, t.path] }),
    index("mirrored_objects_org_id_idx").on(t.orgId),
  ],
);

/** A workspace on its way from one store to another. Its rows before the last are history. */
export const storageMoves = pgTable(
  "storage_moves",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    fromStorageId: text("from_storage_id"),
    toStorageId: text("to_storage_id"),
    state: text("state", { enum: storageMoveStates }).notNull(),
    objects: integer("objects").notNull().default(0),
    totalObjects: integer("total_objects"),
    bytes: bigint("bytes", { mode: "number" }).notNull().default(0),
    totalBytes: bigint("total_bytes", { mode: "number" }),
    failure: text("failure"),
    startedBy: text("started_by").notNull(),
    startedAt: createdAt(),
    endedAt: time("ended_at"),
  },
  (t) => [
    index("storage_moves_org_id_idx").on(t.orgId),
    index("storage_moves_workroom_id_idx").on(t.workroomId, t.startedAt),
  ],
);

/** An AI employee. Its workspace is served by a sandbox of kind `computer`; null: it was never turned on. */
export const agents = pgTable(
  "agents",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    instructions: text("instructions").notNull().default(""),
    workroomId: text("workroom_id").references(() => workrooms.id, { onDelete: "set null" }),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    deletedAt: time("deleted_at"),
  },
  (t) => [
    index("agents_org_id_created_at_idx").on(t.orgId, t.createdAt),
    index("agents_workroom_id_idx").on(t.workroomId),
  ],
);

/** A workspace and sandbox of a program: one for each (organisation, person, channel, name). */
export const workspaceSessions = pgTable(
  "workspace_sessions",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    channel: text("channel", { enum: channels }).notNull(),
    name: text("name").notNull(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("workspace_sessions_name_idx").on(t.orgId, t.userId, t.channel, t.name),
    index("workspace_sessions_workroom_id_idx").on(t.workroomId),
  ],
);

/** A WASM program of the organisation, immutable; its bytes lie in the managed store. */
export const plugins = pgTable(
  "plugins",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    sha256: text("sha256").notNull(),
    size: integer("size").notNull(),
    key: text("key").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    deletedAt: time("deleted_at"),
  },
  (t) => [index("plugins_org_id_created_at_idx").on(t.orgId, t.createdAt)],
);

export type Storage = typeof storages.$inferSelect;
export type WorkspaceCommit = typeof workspaceCommits.$inferSelect;
export type MirroredObject = typeof mirroredObjects.$inferSelect;
export type StorageMove = typeof storageMoves.$inferSelect;
export type Agent = typeof agents.$inferSelect;
export type WorkspaceSession = typeof workspaceSessions.$inferSelect;
export type Plugin = typeof plugins.$inferSelect;
