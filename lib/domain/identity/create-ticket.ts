import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { apps } from "@/lib/db/schema";
import { AppError, notFound, notFoundAs } from "@/lib/errors";
import { WorkspaceId } from "@/lib/protocol/ids";
import { appUrlOf } from "../app/app-url";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { loadWorkspace } from "../workspace/load-workspace";
import { writeAudit } from "../write-audit";
import { issueTicket } from "./issue-ticket";

const TICKET_LIFE_MS = 60_000;
/** Where preview and App hosts turn a ticket into a cookie of their own. */
const OPEN_PATH = "/.workroom/open";

type Target = { objectId: string | null; host: URL | null };

export const createTicket = defineVerb({
  name: "ticket.create",
  summary: "Makes a one-use ticket for a socket, a preview or an App; it lives for a minute.",
  input: z.strictObject({
    purpose: z.enum(["live", "terminal", "preview", "app"]),
    objectId: z.string().max(100).optional(),
  }),
  output: z.object({ ticket: z.string(), url: z.string().optional() }),
  action: "org.read",
  rest: { method: "POST", path: "/tickets" },
  async run(ctx, { purpose, objectId }) {
    const { actor } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "Tickets are for people.");
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const target = await findTarget(ctx, purpose, objectId ?? "");
    const ticket = await issueTicket(ctx, {
      purpose,
      userId: actor.userId,
      sessionId: actor.sessionId,
      orgId: ctx.orgId,
      objectId: target.objectId,
      ttlMs: TICKET_LIFE_MS,
    });
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      writeAudit(tx, ctx, "ticket.create", target.objectId, { purpose }),
    );
    if (!target.host) return { ticket };
    const url = new URL(OPEN_PATH, target.host);
    url.searchParams.set("ticket", ticket);
    return { ticket, url: url.href };
  },
});

async function findTarget(
  ctx: Context,
  purpose: "live" | "terminal" | "preview" | "app",
  objectId: string,
): Promise<Target> {
  if (purpose === "live") return { objectId: null, host: null };
  if (purpose === "app") return findApp(ctx, objectId);
  const [workspaceId = "", place = "static"] = objectId.split(":");
  if (!WorkspaceId.safeParse(workspaceId).success) throw notFound("Workroom");
  const action = purpose === "terminal" ? "workroom.run" : "workroom.read";
  const room = await loadWorkspace(ctx, action, workspaceId);
  if (purpose === "terminal") return { objectId: room.id, host: null };
  if (place !== "static" && !/^[1-9]\d{0,4}$/.test(place))
    throw new AppError("invalid_input", "This is no port.");
  const { previewUrl } = ctx.settings;
  const name = `p-${room.previewKey}${place === "static" ? "" : `-${place}`}`;
  const host = new URL(`${previewUrl.protocol}//${name}.${previewUrl.host}/`);
  return { objectId: room.id, host };
}

const findApp = (ctx: Context, appId: string): Promise<Target> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [app] = await tx.select().from(apps).where(eq(apps.id, appId));
    if (!app) throw notFound("App");
    await loadWorkroomIn(tx, ctx, "app.read", app.workroomId).catch(notFoundAs("App"));
    return { objectId: app.id, host: new URL(appUrlOf(ctx.settings, app.slug)) };
  });
