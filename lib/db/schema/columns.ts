import { text, timestamp } from "drizzle-orm/pg-core";

/** A point in time; every time in the database is UTC with its zone. */
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
export const createdAt = () => time("created_at").notNull().defaultNow();
/** The tenant of a row. Row-level security compares it with the organisation set for the transaction. */
export const orgId = () => text("org_id").notNull();
