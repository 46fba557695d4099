import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { orgs } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { OrgSettingsView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { viewOrgSettings } from "./view-org";

export const getOrg = defineVerb({
  name: "org.get",
  summary: "Shows the organisation's name, address and rules.",
  input: z.strictObject({}),
  output: OrgSettingsView,
  action: "org.read",
  rest: { method: "GET", path: "/org" },
  async run(ctx) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [org] = await tx.select().from(orgs).where(eq(orgs.id, ctx.orgId));
      if (!org) throw notFound("Organisation");
      return viewOrgSettings(org);
    });
  },
});
