import { bigint, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { openness } from "@/lib/protocol/views";
import { memberRoles } from "@/lib/protocol/view-names";
import { createdAt, orgId, time } from "./columns";

export const users = pgTable("users", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(), // lower case
  name: text("name").notNull(),
  passwordHash: text("password_hash"), // argon2id, PHC string; null: signs in elsewhere
  /** The TOTP secret as a box of SecretBox; it counts once `totpEnabledAt` is set. */
  totpBox: text("totp_box"),
  totpEnabledAt: time("totp_enabled_at"),
  /** The last time step that was used, so that a code works once (RFC 6238, section 5.2). */
  totpLastStep: bigint("totp_last_step", { mode: "number" }),
  createdAt: createdAt(),
});

export const orgs = pgTable("orgs", {
  id: text("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  createdAt: createdAt(),
  /** Openness of a new room that has a repository; decided at its creation, never later. */
  repositoryOpenness: text("repository_openness", { enum: openness }).notNull().default("open"),
});

export const orgMembers = pgTable(
  "org_members",
  {
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text("role", { enum: memberRoles }).notNull(),
    createdAt: createdAt(),
    /** When a page of theirs last connected, in this organisation; null: never. */
    lastSeenAt: time("last_seen_at"),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.userId] }),
    index("org_members_user_id_idx").on(t.userId),
  ],
);

/** A way into an organisation for one address. The secret is kept as SHA-256 hex and works once. */
export const invitations = pgTable(
  "invitations",
  {
    id: text("id").primaryKey(),
    orgId: orgId().references(() => orgs.id, { onDelete: "cascade" }),
    email: text("email").notNull(), // lower case; only this address may accept
    role: text("role", { enum: memberRoles }).notNull(),
    secretHash: text("secret_hash").notNull().unique(),
    invitedBy: text("invited_by").notNull(),
    createdAt: createdAt(),
    expiresAt: time("expires_at").notNull(),
    /** When the e-mail left; null while none is configured or it failed. */
    mailedAt: time("mailed_at"),
    acceptedAt: time("accepted_at"),
    acceptedBy: text("accepted_by"),
    revokedAt: time("revoked_at"),
  },
  (t) => [index("invitations_org_id_created_at_idx").on(t.orgId, t.createdAt)],
);
export type User = typeof users.$inferSelect;
export type Org = typeof orgs.$inferSelect;
export type { MemberRole } from "@/lib/protocol/view-names";
export type Invitation = typeof invitations.$inferSelect;
