import { sql } from "drizzle-orm";
import { boolean, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { attentions } from "@/lib/protocol/views";
import { createdAt, orgId, time } from "./columns";
import { users } from "./identity";
import { workrooms } from "./workrooms";

/** `user_id` of a share with the whole organisation. */
export const EVERYBODY = "*";

/** Who besides its creator may see or change a private room. */
export const workroomShares = pgTable(
  "workroom_shares",
  {
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(), // a member, or EVERYBODY
    access: text("access", { enum: ["edit", "view"] }).notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    /**
     * The room's `last_active_at` while it is listed, its title, and whether it needs a look. Triggers of the database
     * keep them, so that a page of what is shared with a person is one walk over an index, a search too.
     */
    listedAt: time("listed_at"),
    title: text("title").notNull().default(""),
    isUrgent: boolean("is_urgent").notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.workroomId, t.userId] }),
    index("workroom_shares_org_id_user_id_idx").on(
      t.orgId,
      t.userId,
      t.listedAt,
      t.workroomId,
      t.createdBy,
      t.title,
    ),
    index("workroom_shares_urgent_idx")
      .on(t.orgId, t.userId, t.listedAt, t.workroomId)
      .where(sql`is_urgent`),
  ],
);

/** What one person noted of one room: pinned, read up to, muted. */
export const workroomMarks = pgTable(
  "workroom_marks",
  {
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    pinnedAt: time("pinned_at"),
    mutedAt: time("muted_at"),
    readAt: time("read_at"),
  },
  (t) => [
    primaryKey({ columns: [t.workroomId, t.userId] }),
    index("workroom_marks_org_id_user_id_idx").on(t.orgId, t.userId),
    index("workroom_marks_pinned_idx")
      .on(t.orgId, t.userId)
      .where(sql`pinned_at is not null`),
  ],
);

/** Who is in a room now: one row a live socket, gone with it or a minute after its last beat. */
export const presences = pgTable(
  "presences",
  {
    socketId: text("socket_id").primaryKey(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    seenAt: time("seen_at").notNull(),
  },
  (t) => [
    index("presences_org_id_idx").on(t.orgId),
    index("presences_workroom_id_idx").on(t.workroomId),
  ],
);

export const notifications = pgTable(
  "notifications",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    userId: text("user_id").notNull(), // whom it tells
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    turnId: text("turn_id"),
    kind: text("kind", { enum: attentions }).notNull(),
    body: text("body").notNull(),
    createdAt: createdAt(),
    readAt: time("read_at"),
  },
  (t) => [
    index("notifications_org_id_user_id_created_at_idx").on(t.orgId, t.userId, t.createdAt),
    index("notifications_workroom_id_idx").on(t.workroomId),
  ],
);

/** A browser that takes push messages (RFC 8030, RFC 8291), of one person in one organisation. */
export const pushSubscriptions = pgTable(
  "push_subscriptions",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    sessionId: text("session_id").notNull(), // ends with it
    endpoint: text("endpoint").notNull(),
    p256dh: text("p256dh").notNull(),
    auth: text("auth").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("push_subscriptions_org_id_endpoint_idx").on(t.orgId, t.endpoint),
    index("push_subscriptions_org_id_user_id_idx").on(t.orgId, t.userId),
  ],
);
export type WorkroomShare = typeof workroomShares.$inferSelect;
