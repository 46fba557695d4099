import { and, eq, isNull, like, not, sql } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import {
  agents,
  apiKeys,
  idempotencyKeys,
  invitations,
  modelKeys,
  notifications,
  orgMembers,
  orgs,
  presences,
  pushSubscriptions,
  workroomMarks,
  workrooms,
  workroomShares,
  workspaceSessions,
} from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { lockOrg } from "./lock-org";

/** What belongs to the organisation besides its rooms; its audit log stays as the record of its end. */
const ownTables = [
  agents,
  apiKeys,
  idempotencyKeys,
  invitations,
  modelKeys,
  notifications,
  presences,
  pushSubscriptions,
  workroomMarks,
  workroomShares,
  workspaceSessions,
  orgMembers,
] as const;

/** Slugs of deleted organisations; no slug that anybody can choose has an underscore. */
const goneSlug = (orgId: string) => `deleted_${orgId}`;

export const deleteOrg = defineVerb({
  name: "org.delete",
  summary: "Deletes the organisation with all its workrooms, Apps and members.",
  input: z.strictObject({
    /** The organisation's address, typed once more. */
    confirmSlug: z.string().max(100),
  }),
  output: z.object({}),
  action: "org.delete",
  rest: { method: "DELETE", path: "/org" },
  async run(ctx, { confirmSlug }) {
    const rooms = await inSystem(ctx.db, async (tx) => {
      const { org } = await lockOrg(tx, ctx, "org.delete");
      if (confirmSlug !== org.slug)
        throw new AppError("invalid_input", `Type ${org.slug} to delete this organisation.`);
      await requireAnother(tx);
      await writeAudit(tx, ctx, "org.delete", org.id, { name: org.name, slug: org.slug });
      const gone = await deleteRooms(tx, ctx);
      for (const table of ownTables) await tx.delete(table).where(eq(table.orgId, org.id));
      // An empty row stays while its rooms are being destroyed, and its id is never used twice.
      const empty = { slug: goneSlug(org.id), name: "" };
      await tx.update(orgs).set(empty).where(eq(orgs.id, org.id));
      return gone;
    });
    for (const workroomId of rooms) publishWorkroom(ctx, workroomId);
    return {};
  },
});

/** Without any organisation the installation would offer itself to whoever sets it up first. */
async function requireAnother(tx: DbTransaction): Promise<void> {
  // Two last organisations deleted at the same moment: the second waits here, and is the last one then.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('workroom org.delete'))`);
  const living = await tx
    .select({ id: orgs.id })
    .from(orgs)
    .where(not(like(orgs.slug, "deleted\\_%")))
    .limit(2);
  if (living.length < 2)
    throw new AppError(
      "conflict",
      "This is the only organisation of this installation. Make another one first.",
    );
}

/** Puts every room on its way to destruction: sandbox, disk, store and rows. */
async function deleteRooms(tx: DbTransaction, ctx: Context): Promise<string[]> {
  const { orgId } = ctx;
  const gone = await tx
    .update(workrooms)
    .set({
      deletedAt: ctx.now(),
      desiredState: "archived",
      generation: sql`${workrooms.generation} + 1`,
    })
    .where(and(eq(workrooms.orgId, orgId), isNull(workrooms.deletedAt)))
    .returning({ id: workrooms.id });
  for (const { id: workroomId } of gone)
    await ctx.jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId });
  return gone.map(({ id }) => id);
}
