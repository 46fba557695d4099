import { z } from "zod";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkroomView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { viewWorkroom } from "./view-workroom";

export const getWorkroom = defineVerb({
  name: "workroom.get",
  summary: "Shows one workroom: state, walls, previews and App.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: WorkroomView,
  action: "workroom.read",
  rest: { method: "GET", path: "/workrooms/:workroomId" },
  run: (ctx, { workroomId }) => viewWorkroom(ctx, workroomId),
});
