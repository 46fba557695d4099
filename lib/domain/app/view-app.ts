import { desc, eq, inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type App, appVersions, apps, users } from "@/lib/db/schema";
import { notFound, notFoundAs } from "@/lib/errors";
import type { AppView } from "@/lib/protocol/views";
import type { Action } from "../authorize";
import type { Context } from "../context";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { appUrlOf } from "./app-url";

/** The App of a room; a room has at most one. */
export async function findApp(tx: DbTransaction, workroomId: string): Promise<App | null> {
  const [app] = await tx.select().from(apps).where(eq(apps.workroomId, workroomId));
  return app ?? null;
}

/**
 * The App by its id, locked, when the actor may do this with its room.
 *
 * @throws AppError `not_found` · `forbidden`
 */
export async function loadAppIn(
  tx: DbTransaction,
  ctx: Context,
  action: Action,
  appId: string,
): Promise<App> {
  const [app] = await tx.select().from(apps).where(eq(apps.id, appId)).for("update");
  if (!app) throw notFound("App");
  await loadWorkroomIn(tx, ctx, action, app.workroomId).catch(notFoundAs("App"));
  return app;
}

export async function viewAppIn(tx: DbTransaction, ctx: Context, app: App): Promise<AppView> {
  const versions = await tx
    .select()
    .from(appVersions)
    .where(eq(appVersions.appId, app.id))
    .orderBy(desc(appVersions.number));
  const people = [...new Set(versions.map((version) => version.publishedBy))];
  const rows = people.length
    ? await tx
        .select({ id: users.id, name: users.name })
        .from(users)
        .where(inArray(users.id, people))
    : [];
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return {
    id: app.id,
    workroomId: app.workroomId,
    slug: app.slug,
    url: appUrlOf(ctx.settings, app.slug),
    audience: app.audience,
    versions: versions.map((version) => ({
      id: version.id,
      number: version.number,
      publishedBy: { id: version.publishedBy, name: names.get(version.publishedBy) ?? "Somebody" },
      publishedAt: version.publishedAt.toISOString(),
      note: version.note,
      sourcePath: version.sourcePath,
      fileCount: version.fileCount,
      totalBytes: version.totalBytes,
      isLive: version.id === app.liveVersionId,
    })),
  };
}
