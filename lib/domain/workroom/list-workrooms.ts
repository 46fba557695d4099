import { and, desc, eq, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { WorkroomView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { viewWorkrooms } from "./view-workroom";

const MAX_ROOMS = 500;

export const listWorkrooms = defineVerb({
  name: "workroom.list",
  summary: "Lists the workrooms you may see, last active first.",
  input: z.strictObject({ view: z.enum(["mine", "all"]).default("mine") }),
  output: z.object({ workrooms: z.array(WorkroomView) }),
  action: "org.read",
  rest: { method: "GET", path: "/workrooms" },
  async run(ctx, { view }) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const mine = eq(workrooms.createdBy, actorId(ctx));
    const visible = view === "mine" ? mine : or(mine, eq(workrooms.openness, "open"));
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const rooms = await tx
        .select()
        .from(workrooms)
        .where(and(visible, isNull(workrooms.deletedAt), eq(workrooms.isDraft, false)))
        .orderBy(desc(workrooms.lastActiveAt))
        .limit(MAX_ROOMS);
      return { workrooms: await viewWorkrooms(tx, ctx, rooms) };
    });
  },
});
