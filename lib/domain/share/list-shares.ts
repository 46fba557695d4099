import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { WorkroomId } from "@/lib/protocol/ids";
import { ShareView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { readShares } from "./view-share";

export const listShares = defineVerb({
  name: "share.list",
  summary: "Lists with whom a workroom is shared.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: z.object({ shares: z.array(ShareView) }),
  action: "workroom.share",
  rest: { method: "GET", path: "/workrooms/:workroomId/shares" },
  run: (ctx, { workroomId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.share", workroomId);
      return { shares: await readShares(tx, workroomId) };
    }),
});
