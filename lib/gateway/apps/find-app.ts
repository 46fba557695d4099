import { and, eq, isNull, sql } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { apps, EVERYBODY, workrooms, workroomShares } from "@/lib/db/schema";
import { authorize } from "@/lib/domain/authorize";
import type { Context, Ports } from "@/lib/domain/context";
import { workroomObject } from "@/lib/domain/workroom/load-workroom";
import { notFound } from "@/lib/errors";

type Share = { userId: string; access: "view" | "edit" };

const columns = {
  id: apps.id,
  slug: apps.slug,
  audience: apps.audience,
  orgId: apps.orgId,
  createdBy: workrooms.createdBy,
  openness: workrooms.openness,
  /** All shares of its room: who asks is known only later. */
  shares: sql<
    Share[]
  >`(select coalesce(json_agg(json_build_object('userId', ${workroomShares.userId}, 'access', ${workroomShares.access})), '[]') from ${workroomShares} where ${workroomShares.workroomId} = ${workrooms.id})`,
};
export type FoundApp = {
  id: string;
  slug: string;
  audience: "private" | "public";
  orgId: string;
  createdBy: string;
  openness: "private" | "open";
  shares: Share[];
};

/** An App by the name in its host, before anything is known of who asks. Null once its workroom is deleted. */
export const findApp = (ports: Pick<Ports, "db">, slug: string): Promise<FoundApp | null> =>
  inSystem(ports.db, async (tx) => {
    const [row] = await tx
      .select(columns)
      .from(apps)
      .innerJoin(workrooms, eq(workrooms.id, apps.workroomId))
      .where(and(eq(apps.slug, slug), isNull(workrooms.deletedAt)));
    return row ?? null;
  });

/** The App, once the person may read it. @throws AppError `not_found` */
export async function loadApp(ctx: Context, appId: string): Promise<FoundApp> {
  const app = await inSystem(ctx.db, async (tx) => {
    const [row] = await tx
      .select(columns)
      .from(apps)
      .innerJoin(workrooms, eq(workrooms.id, apps.workroomId))
      .where(and(eq(apps.id, appId), isNull(workrooms.deletedAt)));
    return row;
  });
  if (app === undefined) throw notFound("App");
  authorizeApp(ctx, app);
  return app;
}

/** @throws AppError `not_found` when the person may not know the App */
export function authorizeApp(ctx: Pick<Context, "actor" | "orgId">, app: FoundApp): void {
  const { actor } = ctx;
  const isMine = ({ userId }: Share) =>
    actor.kind === "user" && (userId === actor.userId || userId === EVERYBODY);
  const mine = app.shares.filter(isMine).map(({ access }) => access);
  const shared = mine.includes("edit") ? "edit" : (mine[0] ?? null);
  authorize(ctx, "app.read", workroomObject(app, shared));
}
