import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import type { ManifestRef } from "@/lib/protocol/store";
import { commitReasons } from "@/lib/protocol/store";
import { createdAt, orgId } from "./columns";
import { workrooms } from "./workrooms";

/**
 * One committed state of a workspace. The row is the commit: segments and manifest of a snapshot without a row do not
 * count. `(workroom_id, seq)` is unique and a writer of an older epoch is refused, so two writers can't interleave.
 */
export const checkpoints = pgTable(
  "checkpoints",
  {
    id: text("id").notNull().unique(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    seq: integer("seq").notNull(),
    epoch: integer("epoch").notNull(),
    manifest: jsonb("manifest").$type<ManifestRef>().notNull(),
    segments: jsonb("segments").$type<string[]>().notNull(),
    reason: text("reason", { enum: commitReasons }).notNull(),
    turnId: text("turn_id"),
    actorId: text("actor_id"),
    added: integer("added").notNull(),
    changed: integer("changed").notNull(),
    removed: integer("removed").notNull(),
    /** Number of the last commit that the manifest holds. */
    commitSeq: integer("commit_seq").notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workroomId, t.seq] }),
    index("checkpoints_org_id_idx").on(t.orgId),
  ],
);

export const apps = pgTable(
  "apps",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    slug: text("slug").notNull().unique(),
    audience: text("audience", { enum: ["private", "public"] })
      .notNull()
      .default("private"),
    liveVersionId: text("live_version_id"),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("apps_org_id_idx").on(t.orgId), index("apps_workroom_id_idx").on(t.workroomId)],
);

/** Immutable: only inserted. */
export const appVersions = pgTable(
  "app_versions",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    appId: text("app_id")
      .notNull()
      .references(() => apps.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    checkpointId: text("checkpoint_id").notNull(),
    manifest: jsonb("manifest").$type<ManifestRef>().notNull(),
    /** Folder or HTML file below the workspace root that is served as `/`. */
    sourcePath: text("source_path").notNull(),
    isFile: boolean("is_file").notNull(),
    fileCount: integer("file_count").notNull(),
    totalBytes: bigint("total_bytes", { mode: "number" }).notNull(),
    note: text("note").notNull().default(""),
    publishedBy: text("published_by").notNull(),
    publishedAt: createdAt(),
  },
  (t) => [
    index("app_versions_org_id_idx").on(t.orgId),
    index("app_versions_app_id_number_idx").on(t.appId, t.number),
  ],
);
export type Checkpoint = typeof checkpoints.$inferSelect;
export type App = typeof apps.$inferSelect;
export type AppVersion = typeof appVersions.$inferSelect;
