import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg, readInOrg } from "@/lib/db/client";
import { type Storage, storages } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { StorageId } from "@/lib/protocol/ids";
import { StorageView } from "@/lib/protocol/storages";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { StoragePlace } from "./storage-place";
import { testBucket } from "./test-bucket";
import { readStorageUsers, viewStorage } from "./view-storage";

const { region, accessKeyId, secretAccessKey } = StoragePlace.shape;

/** @throws AppError `not_found` */
export const loadStorage = (ctx: Context, id: string): Promise<Storage> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const [storage] = await tx.select().from(storages).where(eq(storages.id, id));
    if (!storage) throw notFound("Bucket");
    return storage;
  });

export const changeStorage = defineVerb({
  name: "storage.change",
  summary:
    "Renames a bucket or gives it another key; it is tested before. Its place stays: add another bucket for that.",
  input: z.strictObject({
    storageId: StorageId,
    name: z.string().trim().min(1).max(80).optional(),
    region: region.removeDefault().optional(),
    accessKeyId: accessKeyId.optional(),
    /** Goes with a new access key; without either the saved ones stay. */
    secretAccessKey: secretAccessKey.optional(),
  }),
  output: StorageView,
  action: "storage.manage",
  rest: { method: "PATCH", path: "/storages/:storageId" },
  async run(ctx, { storageId, name, ...keys }) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    const saved = await loadStorage(ctx, storageId);
    if (keys.accessKeyId !== undefined && keys.secretAccessKey === undefined)
      throw new AppError("invalid_input", "Give the secret key that goes with the access key.");
    const changed = Object.fromEntries(
      Object.entries(keys).filter(([, value]) => value !== undefined),
    );
    const place = Object.keys(changed).length === 0 ? null : { ...placeOf(ctx, saved), ...changed };
    const test = place && (await testBucket(ctx, place));
    if (test && !test.isUsable) throw new AppError("invalid_input", test.message);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [row] = await tx
        .update(storages)
        .set({
          ...(name !== undefined && { name }),
          // Never nothing: an update needs a column.
          revision: saved.revision + (place ? 1 : 0),
          ...(place && {
            region: place.region,
            accessKeyId: place.accessKeyId,
            secretBox: ctx.secrets.seal(place.secretAccessKey, storageId),
            abilities: test?.abilities ?? null,
            checkedAt: ctx.now(),
          }),
        })
        .where(eq(storages.id, storageId))
        .returning();
      if (!row) throw notFound("Bucket");
      const users = await readStorageUsers(tx);
      await writeAudit(tx, ctx, "storage.change", storageId, { name, region: keys.region });
      return viewStorage(row, users.get(storageId) ?? null);
    });
  },
});

/** A saved bucket as it is tried. */
export const placeOf = ({ secrets }: Pick<Context, "secrets">, storage: Storage) => ({
  endpoint: storage.endpoint,
  region: storage.region,
  bucket: storage.bucket,
  prefix: storage.prefix,
  accessKeyId: storage.accessKeyId,
  secretAccessKey: secrets.open(storage.secretBox, storage.id),
});
