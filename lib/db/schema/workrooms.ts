import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { WallProbe } from "@/lib/protocol/engine";
import { type OutputQuota, roomKinds } from "@/lib/protocol/workspace";
import {
  attentions,
  desiredStates,
  openness,
  transitionReasons,
  workroomStates,
} from "@/lib/protocol/views";
import { createdAt, orgId, time } from "./columns";
import { orgs, users } from "./identity";

export const workrooms = pgTable(
  "workrooms",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    title: text("title").notNull(),
    createdBy: text("created_by")
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    /** The chat it was made with; null only while the room is being made. */
    mainChatId: text("main_chat_id"),
    /** Fixed when the room is made, never derived later. */
    openness: text("openness", { enum: openness }).notNull().default("private"),

    /** What people and rules asked for; verbs write it and raise `generation`. */
    desiredState: text("desired_state", { enum: desiredStates }).notNull(),
    generation: integer("generation").notNull().default(0),
    /** What the sandbox last was; only the reconciler writes these. */
    state: text("state", { enum: workroomStates }).notNull().default("sleeping"),
    transition: text("transition"),
    reason: text("reason", { enum: transitionReasons }).notNull().default("create"),
    failure: text("failure"),
    /** Raised at each start of the sandbox; a commit or frame of an older epoch is refused. */
    epoch: integer("epoch").notNull().default(0),
    bootMs: integer("boot_ms"),
    bootedAt: time("booted_at"),
    wallProbes: jsonb("wall_probes").$type<WallProbe[]>(),
    wallsCheckedAt: time("walls_checked_at"),
    previewPorts: jsonb("preview_ports")
      .$type<{ port: number; program: string }[]>()
      .notNull()
      .default([]),
    /** `p-<previewKey>.…` is the host name of its previews. */
    previewKey: text("preview_key").notNull().unique(),
    lastActiveAt: time("last_active_at").notNull().defaultNow(),
    /** `session` and `computer` serve a workspace of their own and stand in no list of rooms. */
    kind: text("kind", { enum: roomKinds }).notNull().default("room"),
    /** Made while a person still types: listed once it has a message or a file, removed when given up. */
    isDraft: boolean("is_draft").notNull().default(false),
    deletedAt: time("deleted_at"),
    /** Last engine frame of `frameEpoch` that is in the event log. */
    frameEpoch: integer("frame_epoch").notNull().default(0),
    frameN: integer("frame_n").notNull().default(0),
    /** What last happened that is worth a look, and when: unread is what is newer than a person's mark. */
    attention: text("attention", { enum: attentions }),
    attentionAt: time("attention_at"),

    /** Prefix of its files in the object store; null: `workrooms/<id>` (`rootOf`). */
    root: text("root").unique(),
    /** The customer's bucket that holds its files (`storages`); null: the managed store. */
    storageId: text("storage_id"),
    /** Limits of `output/`; null: none. */
    quota: jsonb("quota").$type<OutputQuota>(),
    /** Number of the last committed segment, and when it was committed. */
    commitSeq: integer("commit_seq").notNull().default(0),
    committedAt: time("committed_at"),
    /** Number of the last commit whose files lie in the customer's bucket as ordinary objects too. */
    mirroredSeq: integer("mirrored_seq").notNull().default(0),
    /** When the bucket was last compared with what we put there. */
    bucketReadAt: time("bucket_read_at"),
  },
  (t) => [
    index("workrooms_org_id_idx").on(t.orgId),
    // The title rides along, so that a search reads the index alone.
    index("workrooms_mine_idx")
      .on(t.orgId, t.createdBy, t.lastActiveAt, t.id, t.title)
      .where(sql`deleted_at is null and not is_draft and kind = 'room'`),
    index("workrooms_open_idx")
      .on(t.orgId, t.lastActiveAt, t.id, t.createdBy, t.title)
      .where(sql`deleted_at is null and not is_draft and kind = 'room' and openness = 'open'`),
    index("workrooms_urgent_idx")
      .on(t.orgId, t.createdBy, t.lastActiveAt, t.id)
      .where(
        sql`deleted_at is null and not is_draft and kind = 'room' and (attention in ('needs_you', 'failed') or state = 'failed')`,
      ),
    index("workrooms_state_idx").on(t.state),
    index("workrooms_storage_id_idx")
      .on(t.storageId)
      .where(sql`storage_id is not null`),
  ],
);
export type Workroom = typeof workrooms.$inferSelect;
