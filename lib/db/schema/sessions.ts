import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { signInProviderIds } from "@/lib/protocol/account";
import type { apiKeyScopes } from "@/lib/protocol/api-keys";
import { createdAt, orgId, time } from "./columns";
import { orgs, users } from "./identity";

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
    address: text("address").notNull().default(""), // of the last use
    /** How the person signed in: "password" or a provider's id. */
    method: text("method").notNull().default("password"),
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
  "connect",
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

/** Failed or counted tries per key ("login-from:1.2.3.4", "login:a@b.c") in a window. */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  count: integer("count").notNull(),
  windowEndsAt: time("window_ends_at").notNull(),
});

/** A person's account at a sign-in provider (GitHub, Google, OpenID Connect). */
export const accounts = pgTable(
  "accounts",
  {
    provider: text("provider", { enum: signInProviderIds }).notNull(),
    /** The provider's own, unchanging name of the person (`sub`). */
    subject: text("subject").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    email: text("email").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.subject] }),
    index("accounts_user_id_idx").on(t.userId),
  ],
);

/** One-use codes for a person who lost the second factor; SHA-256 hex. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    codeHash: text("code_hash").notNull(),
    usedAt: time("used_at"),
  },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);

/** A program's way in: it acts as its person, in one organisation, within its scopes. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    secretHash: text("secret_hash").notNull(), // SHA-256 hex of the whole key
    lastFour: text("last_four").notNull(),
    scopes: jsonb("scopes").$type<(typeof apiKeyScopes)[number][]>().notNull(),
    createdAt: createdAt(),
    expiresAt: time("expires_at"), // null: never
    lastUsedAt: time("last_used_at"),
    revokedAt: time("revoked_at"),
  },
  (t) => [
    uniqueIndex("api_keys_secret_hash_idx").on(t.secretHash),
    index("api_keys_org_id_user_id_idx").on(t.orgId, t.userId),
  ],
);

/** The answer to a request that carried `Idempotency-Key`, for a day. `status` is null while the first one runs. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    userId: text("user_id").notNull(),
    key: text("key").notNull(),
    /** SHA-256 hex of method, path and body: the same key with another request is refused. */
    requestHash: text("request_hash").notNull(),
    status: integer("status"),
    body: text("body"),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.userId, t.key] }),
    index("idempotency_keys_created_at_idx").on(t.createdAt),
  ],
);
export type ApiKey = typeof apiKeys.$inferSelect;
