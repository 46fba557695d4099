import { type SQL, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { EVERYBODY, turns, workroomMarks, workrooms, workroomShares } from "@/lib/db/schema";
import type { WorkroomListView } from "@/lib/protocol/view-names";
import type { Context } from "../context";
import { actorId } from "../system-context";

/** Where a row stands in the list: ISO 8601 with the microseconds that the database keeps. */
export type ListPlace = { at: string; id: string };

type Listing = {
  views: readonly WorkroomListView[];
  /** Each has to occur in the title. */
  words: readonly string[];
  after: ListPlace | null;
  limit: number;
};
type Who = { orgId: string; me: string };

const MAX_FRONT = 50;

/**
 * Ids of the rooms in these views, last active first. Each view is one walk over an index that holds all it asks for;
 * the rows themselves are read afterwards, a page of them.
 */
export async function findListedRooms(
  tx: DbTransaction,
  ctx: Context,
  listing: Listing,
): Promise<ListPlace[]> {
  const who = { orgId: ctx.orgId, me: actorId(ctx) };
  const branches = listing.views.flatMap((view) => branchesOf[view](who, listing));
  // Under row-level security the planner may not look at the titles, takes any word for a rare one, and would read and
  // sort the whole table. The walk over the index ends with the page.
  if (listing.words.length > 0)
    await tx.execute(
      sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
    );
  return readPlaces(tx, branches, listing.limit);
}

/** What belongs at the top of those views however long ago it was: pinned, at work, or in need of the person. */
export async function findFrontRooms(
  tx: DbTransaction,
  ctx: Context,
  views: readonly WorkroomListView[],
): Promise<ListPlace[]> {
  const who = { orgId: ctx.orgId, me: actorId(ctx) };
  const isSeen = sql`(${sql.join(
    views.map((view) => inView[view](who)),
    sql` or `,
  )})`;
  const pinned = sql`select workroom_id from ${workroomMarks}
    where org_id = ${who.orgId} and user_id = ${who.me} and pinned_at is not null`;
  const working = sql`select workroom_id from ${turns}
    where org_id = ${who.orgId} and finished_at is null`;
  const listed = sql`org_id = ${who.orgId} and deleted_at is null and not is_draft and kind = 'room'`;
  const branches = [
    sql`select id, last_active_at as at from ${workrooms} r
      where id in (${pinned} union ${working}) and ${listed} and ${isSeen}`,
  ];
  if (views.includes("mine"))
    branches.push(sql`select id, last_active_at as at from ${workrooms}
      where ${listed} and created_by = ${who.me}
        and (attention in ('needs_you', 'failed') or state = 'failed')
      order by last_active_at desc, id desc limit ${MAX_FRONT}`);
  if (views.includes("shared"))
    for (const userId of [who.me, EVERYBODY])
      branches.push(sql`select workroom_id as id, listed_at as at from ${workroomShares}
        where org_id = ${who.orgId} and user_id = ${userId} and is_urgent
          and listed_at is not null and created_by <> ${who.me}
        order by listed_at desc, workroom_id desc limit ${MAX_FRONT}`);
  return readPlaces(tx, branches, MAX_FRONT);
}

async function readPlaces(
  tx: DbTransaction,
  branches: readonly SQL[],
  limit: number,
): Promise<ListPlace[]> {
  if (branches.length === 0) return [];
  const all = sql.join(
    branches.map((branch) => sql`(${branch})`),
    sql` union all `,
  );
  const { rows } = await tx.execute<ListPlace>(sql`
    select id, to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from (${all}) found
    group by id order by max(at) desc, id desc limit ${limit}`);
  return rows;
}

const branchesOf: Record<WorkroomListView, (who: Who, listing: Listing) => SQL[]> = {
  mine: ({ orgId, me }, listing) => [
    ownRooms(sql`org_id = ${orgId} and created_by = ${me}`, listing),
  ],
  team: ({ orgId, me }, listing) => [
    ownRooms(sql`org_id = ${orgId} and openness = 'open' and created_by <> ${me}`, listing),
  ],
  shared: (who, listing) => [
    sharedRooms(who, who.me, listing),
    sharedRooms(who, EVERYBODY, listing),
  ],
};

const ownRooms = (whose: SQL, { words, after, limit }: Listing): SQL => sql`
  select id, last_active_at as at from ${workrooms}
  where ${whose} and deleted_at is null and not is_draft and kind = 'room'
    ${after ? sql`and (last_active_at, id) < (${after.at}::timestamptz, ${after.id})` : sql``}
    ${sql.join(
      words.map((word) => sql`and title ilike ${likeOf(word)}`),
      sql` `,
    )}
  order by last_active_at desc, id desc limit ${limit}`;

const sharedRooms = ({ orgId, me }: Who, userId: string, listing: Listing): SQL => sql`
  select s.workroom_id as id, s.listed_at as at from ${workroomShares} s
  where s.org_id = ${orgId} and s.user_id = ${userId} and s.listed_at is not null
    and s.created_by <> ${me}
    ${
      listing.after
        ? sql`and (s.listed_at, s.workroom_id) < (${listing.after.at}::timestamptz, ${listing.after.id})`
        : sql``
    }
    ${sql.join(
      listing.words.map((word) => sql`and s.title ilike ${likeOf(word)}`),
      sql` `,
    )}
  order by s.listed_at desc, s.workroom_id desc limit ${listing.limit}`;

const inView: Record<WorkroomListView, (who: Who) => SQL> = {
  mine: ({ me }) => sql`r.created_by = ${me}`,
  team: ({ me }) => sql`(r.openness = 'open' and r.created_by <> ${me})`,
  shared: ({ me }) => sql`(r.created_by <> ${me} and exists (
    select 1 from ${workroomShares} s where s.workroom_id = r.id and s.user_id in (${me}, ${EVERYBODY})))`,
};

const likeOf = (word: string) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
