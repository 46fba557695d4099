import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkroomView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadWorkroomIn } from "./load-workroom";
import { publishWorkroom } from "./publish-change";
import { viewWorkroomIn } from "./view-workroom";
import { wishState } from "./wish-state";

export const wakeWorkroom = defineVerb({
  name: "workroom.wake",
  summary: "Asks for a workroom to be awake; answers at once, the sandbox starts meanwhile.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: WorkroomView,
  action: "workroom.write",
  rest: { method: "POST", path: "/workrooms/:workroomId/wake" },
  async run(ctx, { workroomId }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkroomIn(tx, ctx, "workroom.write", workroomId, { lock: true });
      await writeAudit(tx, ctx, "workroom.wake", workroomId);
      const isAwake = room.desiredState === "active" && room.state === "active";
      const wish = { desiredState: "active", reason: "user" } as const;
      return viewWorkroomIn(tx, ctx, isAwake ? room : await wishState(tx, ctx, room, wish));
    });
    publishWorkroom(ctx, workroomId);
    return view;
  },
});
