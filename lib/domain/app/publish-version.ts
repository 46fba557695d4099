import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type App, appVersions, apps, type Checkpoint } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId, randomBase32 } from "@/lib/ids";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { AppView, type PublishCandidate } from "@/lib/protocol/views";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { loadWorkroom, loadWorkroomIn, requireOrdinary } from "../workroom/load-workroom";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { findCandidates } from "./find-candidates";
import { AppSlug } from "./slug";
import { slugTaken } from "./slug-taken";
import { findApp, viewAppIn } from "./view-app";

export const publishVersion = defineVerb({
  name: "app.publish",
  summary: "Publishes a static folder or HTML file as the next version, which is live at once.",
  input: z.strictObject({
    workroomId: WorkroomId,
    sourcePath: WorkspacePath,
    note: z.string().trim().max(500).default(""),
    /** Only the first version names the App; without it a random name is taken. */
    slug: AppSlug.optional(),
  }),
  output: AppView,
  action: "app.publish",
  rest: { method: "POST", path: "/workrooms/:workroomId/app/versions" },
  async run(ctx, input) {
    requireOrdinary(await loadWorkroom(ctx, "app.publish", input.workroomId));
    const cause = { reason: "publish", turnId: null, actorId: actorId(ctx) } as const;
    const checkpoint = await takeCheckpoint(ctx, input.workroomId, cause);
    const candidate = await checkCandidate(ctx, checkpoint, input.sourcePath);
    const view = await slugTaken(
      inOrg(ctx.db, ctx.orgId, async (tx) => {
        await loadWorkroomIn(tx, ctx, "app.publish", input.workroomId, { lock: true });
        const app =
          (await findApp(tx, input.workroomId)) ??
          (await createApp(tx, ctx, input.workroomId, input.slug));
        return addVersion(tx, ctx, { app, checkpoint, candidate, note: input.note });
      }),
    );
    publishWorkroom(ctx, input.workroomId);
    return view;
  },
});

async function checkCandidate(
  ctx: Context,
  checkpoint: Checkpoint,
  sourcePath: string,
): Promise<PublishCandidate> {
  const manifest = await openKeptManifest(ctx, checkpoint.manifest);
  const candidates = await findCandidates(ctx, manifest);
  const candidate = candidates.find((one) => one.sourcePath === sourcePath);
  if (!candidate)
    throw new AppError(
      "invalid_input",
      "There is no folder with an index.html and no HTML file at this path.",
    );
  if (candidate.refusal !== null) throw new AppError("invalid_input", candidate.refusal);
  return candidate;
}

async function createApp(
  tx: DbTransaction,
  ctx: Context,
  workroomId: string,
  slug: string | undefined,
): Promise<App> {
  const [app] = await tx
    .insert(apps)
    .values({
      id: newId("app"),
      orgId: ctx.orgId,
      workroomId,
      slug: slug ?? `app-${randomBase32(10)}`,
      createdBy: actorId(ctx),
      createdAt: ctx.now(),
    })
    .returning();
  if (!app) throw new Error("One App was inserted.");
  return app;
}

type NewVersion = { app: App; checkpoint: Checkpoint; candidate: PublishCandidate; note: string };

async function addVersion(
  tx: DbTransaction,
  ctx: Context,
  { app, checkpoint, candidate, note }: NewVersion,
): Promise<AppView> {
  const [last] = await tx
    .select({ number: appVersions.number })
    .from(appVersions)
    .where(eq(appVersions.appId, app.id))
    .orderBy(desc(appVersions.number))
    .limit(1);
  const number = (last?.number ?? 0) + 1;
  const id = newId("appVersion");
  await tx.insert(appVersions).values({
    id,
    orgId: ctx.orgId,
    appId: app.id,
    number,
    checkpointId: checkpoint.id,
    manifest: checkpoint.manifest,
    sourcePath: candidate.sourcePath,
    isFile: candidate.kind === "html_file",
    fileCount: candidate.fileCount,
    totalBytes: candidate.totalBytes,
    note,
    publishedBy: actorId(ctx),
    publishedAt: ctx.now(),
  });
  await tx.update(apps).set({ liveVersionId: id }).where(eq(apps.id, app.id));
  await writeAudit(tx, ctx, "app.publish", app.id, { number, sourcePath: candidate.sourcePath });
  return viewAppIn(tx, ctx, { ...app, liveVersionId: id });
}
