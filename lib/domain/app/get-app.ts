import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { WorkroomId } from "@/lib/protocol/ids";
import { AppView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { findApp, viewAppIn } from "./view-app";

export const getApp = defineVerb({
  name: "app.get",
  summary: "Reads the App of a workroom with its versions.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: z.object({ app: AppView.nullable() }),
  action: "app.read",
  rest: { method: "GET", path: "/workrooms/:workroomId/app" },
  run: (ctx, { workroomId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "app.read", workroomId);
      const app = await findApp(tx, workroomId);
      return { app: app && (await viewAppIn(tx, ctx, app)) };
    }),
});
