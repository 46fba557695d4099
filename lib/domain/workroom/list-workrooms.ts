import { inArray } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { WorkroomView } from "@/lib/protocol/views";
import { workroomListViews } from "@/lib/protocol/view-names";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { findFrontRooms, findListedRooms, type ListPlace } from "./find-listed-rooms";
import { viewWorkrooms } from "./view-workroom";

const MAX_PAGE = 100;
const USUAL_PAGE = 40;
const MAX_WORDS = 8;

const roomsCursor = defineCursor("workrooms", z.object({ at: z.iso.datetime(), id: z.string() }));

const Views = z
  .string()
  .max(50)
  .default("mine")
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(workroomListViews)).min(1));

export const listWorkrooms = defineVerb({
  name: "workroom.list",
  summary: "Lists the workrooms you may see, last active first.",
  input: z.strictObject({
    /** One or more of mine, shared, team, joined by commas. */
    views: Views,
    /** `front`: what is pinned, at work or needs you, all at once and without a cursor. */
    group: z.enum(["all", "front"]).default("all"),
    q: z.string().max(200).default(""),
    ...pageInput({ max: MAX_PAGE, usual: USUAL_PAGE }),
  }),
  output: z.object({ workrooms: z.array(WorkroomView), nextCursor: NextCursor }),
  action: "org.read",
  rest: { method: "GET", path: "/workrooms" },
  async run(ctx, { views, group, q, cursor, limit }) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const after = roomsCursor.read(cursor);
    const words = q.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
    const distinct = [...new Set(views)];
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const listing = { views: distinct, words, after, limit: limit + 1 };
      const places =
        group === "front"
          ? await findFrontRooms(tx, ctx, distinct)
          : await findListedRooms(tx, ctx, listing);
      const { page, nextCursor } =
        group === "front"
          ? { page: places, nextCursor: null }
          : cutPage(places, limit, (last) => roomsCursor.write(last));
      const rooms = await readRooms(tx, page);
      return { workrooms: await viewWorkrooms(tx, ctx, rooms), nextCursor };
    });
  },
});

/** The rows of these places, in their order. */
async function readRooms(tx: DbTransaction, places: readonly ListPlace[]): Promise<Workroom[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ id }) => id);
  const rows = await tx.select().from(workrooms).where(inArray(workrooms.id, ids));
  const byId = new Map(rows.map((room) => [room.id, room]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
