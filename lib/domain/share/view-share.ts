import { asc, eq, inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { EVERYBODY, users, type WorkroomShare, workroomShares } from "@/lib/db/schema";
import { type ShareView } from "@/lib/protocol/views";
import { EVERYONE } from "@/lib/protocol/view-names";

/** The name on the wire of whom something is shared with, as the table has it. */
export const userIdOf = (subject: string): string => (subject === EVERYONE ? EVERYBODY : subject);

/** All shares of a room: the one with everybody first, people in the order they came. */
export async function readShares(tx: DbTransaction, workroomId: string): Promise<ShareView[]> {
  const rows = await tx
    .select()
    .from(workroomShares)
    .where(eq(workroomShares.workroomId, workroomId))
    .orderBy(asc(workroomShares.createdAt), asc(workroomShares.userId));
  const ids = rows.flatMap(({ userId }) => (userId === EVERYBODY ? [] : userId));
  const people = await tx
    .select({ id: users.id, name: users.name, email: users.email })
    .from(users)
    .where(inArray(users.id, ids));
  const byId = new Map(people.map((person) => [person.id, person]));
  const views = rows.flatMap((row) => viewShare(row, byId.get(row.userId)));
  return views.toSorted((a, b) => Number(b.person === null) - Number(a.person === null));
}

/** A share of somebody who has left is worth nothing, and shown to nobody. */
function viewShare(row: WorkroomShare, person: ShareView["person"] | undefined): ShareView[] {
  if (row.userId !== EVERYBODY && !person) return [];
  return [
    {
      subject: row.userId === EVERYBODY ? EVERYONE : row.userId,
      person: person ?? null,
      access: row.access,
      sharedAt: row.createdAt.toISOString(),
    },
  ];
}
