import { sql } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { EVERYBODY, type MemberRole } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";

/** Whose right it is, and to which room; null: to the organisation only. */
export type Stake = {
  sessionId: string | null;
  apiKeyId: string | null;
  orgId: string;
  workroomId: string | null;
};
export type LiveRight = {
  role: MemberRole;
  room: { createdBy: string; openness: "private" | "open"; shared: "view" | "edit" | null } | null;
};
type Row = {
  place: number;
  role: MemberRole;
  created_by: string | null;
  openness: "private" | "open" | null;
  shared: "view" | "edit" | null;
};

/**
 * What each of these may rest on now: a live session or key, its person's membership, and the room with what is shared of
 * it. One query for everything that stays open; null where session, key or membership has ended.
 */
export const liveRights = (
  ports: Pick<Ports, "db" | "now">,
  stakes: readonly Stake[],
): Promise<(LiveRight | null)[]> =>
  inSystem(ports.db, async (tx) => {
    const column = (name: keyof Stake) => sql.param(stakes.map((stake) => stake[name]));
    const { rows } = await tx.execute<Row>(sql`
      select a.place::integer as place, m.role, r.created_by, r.openness,
        (select min(s.access) from workroom_shares s
          where s.workroom_id = r.id and s.user_id in (m.user_id, ${EVERYBODY})) as shared
      from unnest(${column("sessionId")}::text[], ${column("apiKeyId")}::text[], ${column("orgId")}::text[],
        ${column("workroomId")}::text[]) with ordinality as a (session_id, api_key_id, org_id, workroom_id, place)
      left join sessions s on s.id = a.session_id and s.revoked_at is null and s.expires_at > ${ports.now()}
      left join api_keys k on k.id = a.api_key_id and k.org_id = a.org_id and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > ${ports.now()})
      join org_members m on m.org_id = a.org_id and m.user_id = coalesce(s.user_id, k.user_id)
      left join workrooms r on r.id = a.workroom_id and r.org_id = a.org_id and r.deleted_at is null
        and (r.kind <> 'computer' or exists (select 1 from agents g where g.workroom_id = r.id))`);
    const found = new Map(rows.map((row) => [row.place - 1, row]));
    return stakes.map((_stake, place) => rightOf(found.get(place)));
  });

function rightOf(row: Row | undefined): LiveRight | null {
  if (row === undefined) return null;
  const { role, created_by: createdBy, openness, shared } = row;
  return { role, room: createdBy && openness ? { createdBy, openness, shared } : null };
}
