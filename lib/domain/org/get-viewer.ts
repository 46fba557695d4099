import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg, inSystem } from "@/lib/db/client";
import { orgMembers, orgs, users } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { ViewerView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { findEmployee } from "../model/find-employee";

const HOST_TIMEOUT_MS = 5_000;

export const getViewer = defineVerb({
  name: "viewer.get",
  summary: "Says who you are, where you are, and what this installation can do.",
  input: z.strictObject({}),
  output: ViewerView,
  action: "org.read",
  rest: { method: "GET", path: "/viewer" },
  async run(ctx) {
    const { actor } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "Only people have a view.");
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const rows = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [user] = await tx.select().from(users).where(eq(users.id, actor.userId));
      const [org] = await tx.select().from(orgs).where(eq(orgs.id, ctx.orgId));
      if (!user || !org) throw notFound("Organisation");
      const inOrganisation = eq(orgMembers.orgId, ctx.orgId);
      const members = await tx
        .select({ userId: orgMembers.userId })
        .from(orgMembers)
        .where(inOrganisation)
        .limit(2);
      return { user, org, isTeam: members.length > 1, employee: await findEmployee(tx) };
    });
    const { user, org, isTeam, employee } = rows;
    const own = { id: org.id, slug: org.slug, name: org.name, role: actor.role };
    return {
      user: { id: user.id, name: user.name, email: user.email },
      org: { id: org.id, slug: org.slug, name: org.name },
      role: actor.role,
      isTeam,
      // A key opens one organisation and tells nothing of the others.
      orgs: actor.apiKey ? [own] : await listOrgsOf(ctx, user.id),
      employee: { isScripted: employee.isScripted, label: employee.label },
      maxUploadBytes: ctx.settings.maxUploadBytes,
      ...(await describeHost(ctx)),
    };
  },
});

const listOrgsOf = ({ db }: Context, userId: string): Promise<ViewerView["orgs"]> =>
  inSystem(db, (tx) =>
    tx
      .select({ id: orgs.id, slug: orgs.slug, name: orgs.name, role: orgMembers.role })
      .from(orgMembers)
      .innerJoin(orgs, eq(orgs.id, orgMembers.orgId))
      .where(eq(orgMembers.userId, userId))
      .orderBy(orgMembers.createdAt, orgMembers.orgId),
  );

/** A host that is down answers nothing: the page says that rooms can't open, and goes on. */
async function describeHost({ host }: Context) {
  const options = { timeoutMs: HOST_TIMEOUT_MS };
  try {
    const [capabilities, disk] = await Promise.all([
      host.call("capabilities", {}, options),
      host.call("disk", {}, options),
    ]);
    return {
      hostWalls: capabilities.walls,
      isWeakSandbox: capabilities.isWeak,
      canOpenRooms: capabilities.canOpenRooms,
      isDiskStopped: disk.isStopped,
    };
  } catch {
    return { hostWalls: [], isWeakSandbox: false, canOpenRooms: false, isDiskStopped: false };
  }
}
