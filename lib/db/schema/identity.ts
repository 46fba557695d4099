import { index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, orgId, time } from "./columns";

export const users = pgTable("users", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(), // lower case
  name: text("name").notNull(),
  passwordHash: text("password_hash"), // argon2id, PHC string
  createdAt: createdAt(),
});

export const orgs = pgTable("orgs", {
  id: text("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  createdAt: createdAt(),
});

export const memberRoles = ["owner", "admin", "member", "viewer"] as const;

export const orgMembers = pgTable(
  "org_members",
  {
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text("role", { enum: memberRoles }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.userId] }),
    index("org_members_user_id_idx").on(t.userId),
  ],
);

/** A signed-in browser. The cookie's token names a row here; without the row it is worth nothing. */
export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    lastSeenAt: time("last_seen_at").notNull().defaultNow(),
    expiresAt: time("expires_at").notNull(),
    revokedAt: time("revoked_at"),
    userAgent: text("user_agent").notNull().default(""),
  },
  (t) => [index("sessions_user_id_idx").on(t.userId)],
);

export const ticketPurposes = [
  "setup",
  "reset_owner",
  "live",
  "terminal",
  "preview",
  "app",
] as const;

/** One-use secrets, hashed (SHA-256 hex): set-up links, socket hellos, preview and App sign-in. */
export const tickets = pgTable(
  "tickets",
  {
    secretHash: text("secret_hash").primaryKey(),
    purpose: text("purpose", { enum: ticketPurposes }).notNull(),
    userId: text("user_id"),
    sessionId: text("session_id"),
    orgId: text("org_id"),
    /** What it opens: a workroom, a terminal, an App; null for the whole installation. */
    objectId: text("object_id"),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
  },
  (t) => [index("tickets_expires_at_idx").on(t.expiresAt)],
);

/** Failed or counted tries per key ("login:1.2.3.4", "login:a@b.c") in a window. */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  count: integer("count").notNull(),
  windowEndsAt: time("window_ends_at").notNull(),
});

export const auditEntries = pgTable(
  "audit_entries",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    actorKind: text("actor_kind", { enum: ["user", "system"] }).notNull(),
    actorId: text("actor_id").notNull(), // a user's id, or the name of the system job
    action: text("action").notNull(), // the verb's name
    objectId: text("object_id"),
    /** What was asked, secrets redacted (JSON text). */
    detail: text("detail").notNull().default("{}"),
    createdAt: createdAt(),
  },
  (t) => [
    index("audit_entries_org_id_created_at_idx").on(t.orgId, t.createdAt),
    uniqueIndex("audit_entries_id_idx").on(t.id),
  ],
);
export type User = typeof users.$inferSelect;
export type Org = typeof orgs.$inferSelect;
export type MemberRole = (typeof memberRoles)[number];
