import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { appVersions, apps, checkpoints, type Workroom, workspaceCommits } from "@/lib/db/schema";
import type { StoredObject } from "@/lib/ports/object-store";
import type { ManifestRef } from "@/lib/protocol/store";
import { openManifest } from "@/lib/workspace/manifest";
import {
  headPrefix,
  manifestPrefix,
  rootOf,
  segmentPrefix,
  storePrefix,
} from "@/lib/workspace/object-keys";
import type { Context } from "../context";

const PAGE = 1_000;
/** Nothing younger is looked at: it may belong to a commit or an upload that is under way. */
const LEAST_AGE_MS = 24 * 60 * 60_000;
const KEPT_HEADS = 3;

export type Collected = { objects: number; bytes: number };

/**
 * Removes from the store what no saved state of a workspace has: segments and manifests of writers that were fenced or
 * died before their commit, uploads that were given up, old notes of the last manifest. Every committed state stays.
 */
export async function collectGarbage(
  ctx: Context,
  room: Pick<Workroom, "id" | "root">,
): Promise<Collected> {
  const root = rootOf(room);
  const before = ctx.now().getTime() - LEAST_AGE_MS;
  const all = await listOurs(ctx, root);
  const isOld = ({ modifiedAt }: StoredObject) => modifiedAt.getTime() < before;
  const old = all.filter(isOld);
  const inUse = new Set(all.filter((object) => !isOld(object)).map(uploadOf(root)));
  const uploads = old.filter((object) => {
    const upload = uploadOf(root)(object);
    return upload !== null && !inUse.has(upload);
  });
  const heads = all.filter(({ key }) => key.startsWith(headPrefix(root))).slice(0, -KEPT_HEADS);
  const garbage = [
    ...uploads,
    ...heads.filter(isOld),
    ...(await findOrphans(ctx, room.id, root, old)),
  ];
  for (const { key } of garbage) await ctx.store.delete(key);
  return {
    objects: garbage.length,
    bytes: garbage.reduce((sum, { size }) => sum + size, 0),
  };
}

/** The upload that an object is a piece of. */
const uploadOf =
  (root: string) =>
  ({ key }: StoredObject): string | null => {
    const prefix = `${storePrefix(root)}/upload/`;
    return key.startsWith(prefix) ? (key.slice(prefix.length).split("/", 1)[0] ?? null) : null;
  };

/** Segments and manifests that nothing committed stands on. */
async function findOrphans(
  ctx: Context,
  workroomId: string,
  root: string,
  old: readonly StoredObject[],
): Promise<StoredObject[]> {
  // Read after the list: what was committed in between is among them.
  const { keys, manifests } = await readCommitted(ctx, workroomId);
  const isPart = ({ key }: StoredObject) =>
    key.startsWith(segmentPrefix(root)) || key.startsWith(manifestPrefix(root));
  const unknown = old.filter((object) => isPart(object) && !keys.has(object.key));
  if (unknown.length === 0) return [];
  const named = await readExtentKeys(ctx, manifests);
  return unknown.filter(({ key }) => !named.has(key));
}

async function listOurs({ store }: Context, root: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for (;;) {
    const after = found.at(-1)?.key;
    const page = await store.listObjects(`${storePrefix(root)}/`, {
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** Keys that rows of the database name: commits, checkpoints and published versions. */
const readCommitted = (ctx: Context, workroomId: string) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const saved = await tx
      .select({ manifest: checkpoints.manifest, segments: checkpoints.segments })
      .from(checkpoints)
      .where(eq(checkpoints.workroomId, workroomId));
    const published = await tx
      .select({ manifest: appVersions.manifest })
      .from(appVersions)
      .innerJoin(apps, eq(apps.id, appVersions.appId))
      .where(eq(apps.workroomId, workroomId));
    const commits = await tx
      .select({ key: workspaceCommits.key })
      .from(workspaceCommits)
      .where(eq(workspaceCommits.workroomId, workroomId));
    const manifests = [...saved, ...published].map(({ manifest }) => manifest);
    const keys = new Set([
      ...commits.map(({ key }) => key),
      ...saved.flatMap(({ segments }) => segments),
      ...manifests.map(({ key }) => key),
    ]);
    return { keys, manifests };
  });

/** Contents that a manifest names lie in segments of other workspaces' history too: after a fork or a restore. */
async function readExtentKeys(
  { store }: Context,
  manifests: readonly ManifestRef[],
): Promise<Set<string>> {
  const named = new Set<string>();
  for (const ref of new Map(manifests.map((one) => [one.key, one])).values())
    for (const entry of (await openManifest(store, ref)).entries)
      if (entry.type === "file") for (const extent of entry.extents) named.add(extent.key);
  return named;
}
