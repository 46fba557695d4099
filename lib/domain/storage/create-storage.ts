import { z } from "zod";
import { inOrg, type DbTransaction } from "@/lib/db/client";
import { storages } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { BucketPlace } from "@/lib/ports/buckets";
import { StorageView } from "@/lib/protocol/storages";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { writeAudit } from "../write-audit";
import { overlaps, StoragePlace } from "./storage-place";
import { testBucket } from "./test-bucket";
import { viewStorage } from "./view-storage";

const MAX_STORAGES = 100;

export const createStorage = defineVerb({
  name: "storage.create",
  summary:
    "Saves a bucket of the organisation's own; it is tested before, and its secret is never shown again.",
  input: StoragePlace.extend({ name: z.string().trim().max(80).default("") }),
  output: StorageView,
  action: "storage.manage",
  rest: { method: "POST", path: "/storages" },
  async run(ctx, { name, ...place }) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    const { isUsable, abilities, message } = await testBucket(ctx, place);
    if (!isUsable) throw new AppError("invalid_input", message);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      await checkAlone(tx, place);
      const id = newId("storage");
      const { secretAccessKey, ...shown } = place;
      const [row] = await tx
        .insert(storages)
        .values({
          ...shown,
          id,
          orgId: ctx.orgId,
          name: name || nameOf(place),
          secretBox: ctx.secrets.seal(secretAccessKey, id),
          abilities,
          createdBy: actorId(ctx),
          createdAt: ctx.now(),
          checkedAt: ctx.now(),
        })
        .returning();
      if (!row) throw new Error("One bucket was inserted.");
      const { endpoint, region, bucket, prefix } = place;
      await writeAudit(tx, ctx, "storage.create", id, { endpoint, region, bucket, prefix });
      return viewStorage(row, null);
    });
  },
});

const nameOf = ({ bucket, prefix }: BucketPlace) =>
  (prefix ? `${bucket}/${prefix}` : bucket).slice(0, 80);

/** @throws AppError `conflict` when another entry is the same folder, or one in it or around it */
export async function checkAlone(
  tx: DbTransaction,
  place: Pick<BucketPlace, "endpoint" | "bucket" | "prefix">,
  ownId?: string,
): Promise<void> {
  const rows = await tx.select().from(storages);
  if (rows.length >= MAX_STORAGES && ownId === undefined)
    throw new AppError("limit_exceeded", "An organisation can save a hundred buckets.");
  const other = rows.find((row) => row.id !== ownId && overlaps(row, place));
  if (other)
    throw new AppError(
      "conflict",
      `“${other.name}” is the same folder, or one in it. Each workspace needs a folder of its own: add another one.`,
    );
}
