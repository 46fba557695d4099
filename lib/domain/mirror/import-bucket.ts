import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type MirroredObject, workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { StoredObject } from "@/lib/ports/object-store";
import { copyName } from "@/lib/workspace/copy-name";
import type { Manifest } from "@/lib/workspace/manifest";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import { bringFiles } from "../checkpoint/bring-files";
import { findLastState, openKeptState } from "../commit/find-last-state";
import { flushWorkspace } from "../commit/flush-workspace";
import { tellCopies } from "../commit/keep-unsent";
import type { Context } from "../context";
import { runOnHost } from "../file/run-on-host";
import { forget, MIRROR_LOCK_MS, mirrorLock, note, readRows } from "./mirror-workspace";
import { contentOf, isMirrored } from "./mirrored-file";

const PAGE = 1_000;
const WRITE_TIMEOUT_MS = 60 * 60_000;
const NOTHING: Imported = { imported: [], removed: [], copies: [] };

export type Imported = {
  /** Files that came from the bucket, those deleted there, and copies of ours where both sides had changed. */
  imported: string[];
  removed: string[];
  copies: string[];
};

/**
 * Takes over what somebody else changed in the customer's bucket. Changed there only: imported. Changed on both sides:
 * the bucket's version keeps the name, ours is kept beside it as a copy. Deleted there: deleted here, unless it was
 * changed here.
 */
export const importBucket = (ctx: Context, workroomId: string): Promise<Imported> =>
  ctx.locks.withLock(mirrorLock(workroomId), MIRROR_LOCK_MS, async () => {
    const plan = await readPlan(ctx, workroomId);
    if (!plan) return NOTHING;
    const { root, rows } = plan;
    const objects = await listPlain(ctx, root);
    const changed = objects.filter(({ key, etag }) => rows.get(pathOf(root, key))?.etag !== etag);
    const there = new Set(objects.map(({ key }) => pathOf(root, key)));
    const gone = [...rows.values()].filter(({ path }) => !there.has(path));
    await noteRead(ctx, workroomId);
    if (changed.length + gone.length === 0) return NOTHING;
    await bringFiles(ctx, workroomId);
    const done: Imported = { imported: [], removed: [], copies: [] };
    for (const object of changed) await importObject(ctx, plan, object, done);
    for (const row of gone) await removeFile(ctx, plan, row, done);
    const paths = [...done.imported, ...done.removed, ...done.copies];
    const cause = { reason: "import", turnId: null, actorId: null } as const;
    if (paths.length > 0)
      await flushWorkspace(ctx, { workroomId, cause, paths }, async () => undefined);
    if (done.copies.length > 0) await tellCopies(ctx, workroomId, done.copies);
    return done;
  });

type Plan = {
  workroomId: string;
  root: string;
  manifest: Manifest;
  rows: Map<string, MirroredObject>;
};

async function readPlan(ctx: Context, workroomId: string): Promise<Plan | null> {
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    if (!room?.storageId || room.deletedAt) return null;
    const { state } = await findLastState(tx, workroomId);
    return { root: rootOf(room), state, rows: await readRows(tx, workroomId) };
  });
  if (!found) return null;
  const { state, ...plan } = found;
  return { ...plan, workroomId, manifest: await openKeptState(ctx, state) };
}

const pathOf = (root: string, key: string) => key.slice(root.length + 1);

/** Every object below the root that is not ours alone. */
async function listPlain({ store }: Context, root: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  const hidden = `${storePrefix(root)}/`;
  let after: string | undefined;
  for (;;) {
    const page = await store.listObjects(`${root}/`, { limit: PAGE, ...(after && { after }) });
    found.push(...page.filter(({ key }) => !key.startsWith(hidden)));
    if (page.length < PAGE) return found;
    after = page.at(-1)?.key;
  }
}

async function importObject(
  ctx: Context,
  plan: Plan,
  object: StoredObject,
  done: Imported,
): Promise<void> {
  const { root, manifest, rows, workroomId } = plan;
  const path = pathOf(root, object.key);
  const entry = manifest.find(path);
  const row = rows.get(path);
  const info = await ctx.store.stat(object.key);
  if (info?.etag !== object.etag || info.metadata["wr-type"] === "symlink") return; // looked at next time
  const isChangedHere = isMirrored(root, entry) && contentOf(entry) !== row?.sha256;
  const isKept = (entry?.type === "directory" || isChangedHere) && entry !== undefined;
  if (isKept) {
    const copy = copyPath(path, ctx.now(), manifest);
    await runOnHost(
      ctx.host,
      workroomId,
      "move",
      { from: path, to: copy, overwrite: false, durability: "local" },
      { isUpload: true },
    );
    done.copies.push(copy);
  }
  const sha256 = await writeHere(ctx, plan, object, path);
  await note(ctx, { workroomId, path, etag: object.etag, sha256 });
  done.imported.push(path);
}

async function writeHere(
  ctx: Context,
  { workroomId }: Plan,
  { key, size }: StoredObject,
  path: string,
): Promise<string> {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      next(null, chunk);
    },
  });
  const body = await ctx.store.get(key);
  body.once("error", (error) => hashing.destroy(error));
  await ctx.host.writeFile(workroomId, path, body.pipe(hashing), {
    size,
    overwrite: true,
    timeoutMs: WRITE_TIMEOUT_MS,
  });
  return hash.digest("hex");
}

async function removeFile(
  ctx: Context,
  { root, manifest, workroomId }: Plan,
  row: MirroredObject,
  done: Imported,
): Promise<void> {
  const entry = manifest.find(row.path);
  const isUnchanged = isMirrored(root, entry) && contentOf(entry) === row.sha256;
  if (isUnchanged) {
    const input = { path: row.path, force: true, durability: "local" } as const;
    await runOnHost(ctx.host, workroomId, "delete", input, { isUpload: true }).catch(ignoreMissing);
    done.removed.push(row.path);
  }
  await forget(ctx, workroomId, [row.path]);
  if (!isUnchanged && entry) await mirrorAgain(ctx, workroomId);
}

/** Everything is compared anew by the next run; what is there already is not put again. */
const mirrorAgain = (ctx: Context, workroomId: string): Promise<unknown> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set({ mirroredSeq: 0 }).where(eq(workrooms.id, workroomId)),
  );

function ignoreMissing(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== "not_found") throw error;
}

function copyPath(path: string, at: Date, manifest: Manifest): string {
  const slash = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, slash);
  return (
    folder + copyName(path.slice(slash), at, (name) => manifest.find(folder + name) !== undefined)
  );
}

const noteRead = (ctx: Context, workroomId: string): Promise<unknown> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set({ bucketReadAt: ctx.now() }).where(eq(workrooms.id, workroomId)),
  );
