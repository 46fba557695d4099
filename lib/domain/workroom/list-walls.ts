import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WallsView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadWorkroom } from "./load-workroom";

export const listWalls = defineVerb({
  name: "workroom.list_walls",
  summary: "Shows what the last check of the sandbox's walls found in this very room.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: WallsView,
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/walls" },
  async run(ctx, { workroomId }) {
    const room = await loadWorkroom(ctx, "workroom.read", workroomId);
    return {
      checkedAt: room.wallsCheckedAt?.toISOString() ?? null,
      probes: room.wallProbes ?? [],
    };
  },
});
