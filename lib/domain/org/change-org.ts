import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { orgs } from "@/lib/db/schema";
import { openness, OrgSettingsView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { lockOrg } from "./lock-org";
import { OrgName, OrgSlug, orgSlugTaken } from "./org-slug";
import { viewOrgSettings } from "./view-org";

export const changeOrg = defineVerb({
  name: "org.change",
  summary: "Changes the organisation's name, its address, or how open new repository rooms are.",
  input: z.strictObject({
    name: OrgName.optional(),
    slug: OrgSlug.optional(),
    repositoryOpenness: z.enum(openness).optional(),
  }),
  output: OrgSettingsView,
  action: "org.manage",
  rest: { method: "PATCH", path: "/org" },
  run: (ctx, changes) =>
    orgSlugTaken(
      inOrg(ctx.db, ctx.orgId, async (tx) => {
        const { org } = await lockOrg(tx, ctx, "org.manage");
        const { id, ...before } = viewOrgSettings(org);
        const after = {
          slug: changes.slug ?? org.slug,
          name: changes.name ?? org.name,
          repositoryOpenness: changes.repositoryOpenness ?? org.repositoryOpenness,
        };
        await tx.update(orgs).set(after).where(eq(orgs.id, id));
        await writeAudit(tx, ctx, "org.change", id, { before, after });
        return { id, ...after };
      }),
    ),
});
