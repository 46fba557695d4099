import { afterAll, beforeAll, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { rateLimits, sessions, tickets, users } from "@/lib/db/schema";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { sweepSignIns } from "./sweep-sign-ins";

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(() => database.close());

const now = new Date("2026-03-01T00:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

const session = (id: string, expiresAt: Date, revokedAt: Date | null = null) => {
  const userId = "u";
  return { id, userId, expiresAt, revokedAt };
};
const ticket = (secretHash: string, expiresAt: Date) => {
  const purpose = "live" as const;
  return { secretHash, purpose, expiresAt };
};

test("sessions that ended a month ago, and tickets and counters that are over, are removed; no others", async () => {
  await inSystem(database.db, async (tx) => {
    await tx.insert(users).values({ id: "u", email: "u@example.test", name: "U" });
    await tx
      .insert(sessions)
      .values([
        session("live", daysAgo(-1)),
        session("just over", daysAgo(29)),
        session("long over", daysAgo(31)),
        session("just revoked", daysAgo(-1), daysAgo(29)),
        session("long revoked", daysAgo(-1), daysAgo(31)),
      ]);
    await tx.insert(tickets).values([ticket("good", daysAgo(-1)), ticket("old", daysAgo(1))]);
    await tx.insert(rateLimits).values([
      { key: "runs", count: 1, windowEndsAt: daysAgo(-1) },
      { key: "over", count: 1, windowEndsAt: daysAgo(1) },
    ]);
  });
  await sweepSignIns({ db: database.db, now: () => now });
  const left = await inSystem(database.db, async (tx) => ({
    sessions: (await tx.select().from(sessions)).map(({ id }) => id).toSorted(),
    tickets: (await tx.select().from(tickets)).map(({ secretHash }) => secretHash),
    counters: (await tx.select().from(rateLimits)).map(({ key }) => key),
  }));
  expect(left).toEqual({
    sessions: ["just over", "just revoked", "live"],
    tickets: ["good"],
    counters: ["runs"],
  });
});
