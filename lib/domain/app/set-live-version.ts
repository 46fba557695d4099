import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { appVersions, apps } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { AppId, AppVersionId } from "@/lib/protocol/ids";
import { AppView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { loadAppIn, viewAppIn } from "./view-app";

export const setLiveVersion = defineVerb({
  name: "app.set_live",
  summary: "Makes another version the live one, at once.",
  input: z.strictObject({ appId: AppId, versionId: AppVersionId }),
  output: AppView,
  action: "app.publish",
  rest: { method: "POST", path: "/apps/:appId/live" },
  async run(ctx, { appId, versionId }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const app = await loadAppIn(tx, ctx, "app.publish", appId);
      const [version] = await tx
        .select({ number: appVersions.number })
        .from(appVersions)
        .where(and(eq(appVersions.id, versionId), eq(appVersions.appId, appId)));
      if (!version) throw notFound("Version");
      await tx.update(apps).set({ liveVersionId: versionId }).where(eq(apps.id, appId));
      await writeAudit(tx, ctx, "app.set_live", appId, { number: version.number });
      return viewAppIn(tx, ctx, { ...app, liveVersionId: versionId });
    });
    publishWorkroom(ctx, view.workroomId);
    return view;
  },
});
