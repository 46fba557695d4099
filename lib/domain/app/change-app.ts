import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { apps } from "@/lib/db/schema";
import { AppId } from "@/lib/protocol/ids";
import { appAudiences, AppView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { AppSlug } from "./slug";
import { slugTaken } from "./slug-taken";
import { loadAppIn, viewAppIn } from "./view-app";

export const changeApp = defineVerb({
  name: "app.change",
  summary: "Changes who may open an App, or the name in its link.",
  input: z.strictObject({
    appId: AppId,
    audience: z.enum(appAudiences).optional(),
    slug: AppSlug.optional(),
  }),
  output: AppView,
  action: "app.publish",
  rest: { method: "PATCH", path: "/apps/:appId" },
  async run(ctx, { appId, audience, slug }) {
    const view = await slugTaken(
      inOrg(ctx.db, ctx.orgId, async (tx) => {
        const app = await loadAppIn(tx, ctx, "app.publish", appId);
        const values = { audience: audience ?? app.audience, slug: slug ?? app.slug };
        await tx.update(apps).set(values).where(eq(apps.id, appId));
        const before = { audience: app.audience, slug: app.slug };
        await writeAudit(tx, ctx, "app.change", appId, { before, after: values });
        return viewAppIn(tx, ctx, { ...app, ...values });
      }),
    );
    publishWorkroom(ctx, view.workroomId);
    return view;
  },
});
