import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { storages } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { StorageId } from "@/lib/protocol/ids";
import { StorageTestView } from "@/lib/protocol/storages";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadStorage, placeOf } from "./change-storage";
import { StoragePlace } from "./storage-place";
import { testBucket } from "./test-bucket";

export const testStorage = defineVerb({
  name: "storage.test",
  summary: "Tries a bucket: which of the four rights its key has, and what its server honours.",
  input: z
    .strictObject({
      /** A saved one, or … */
      storageId: StorageId.optional(),
      /** … one that is not saved. */
      place: StoragePlace.optional(),
    })
    .refine(({ storageId, place }) => (storageId === undefined) !== (place === undefined), {
      error: "Name a saved bucket or give another one.",
    }),
  output: StorageTestView,
  action: "storage.manage",
  rest: { method: "POST", path: "/storages/test" },
  async run(ctx, { storageId, place }) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    const saved = storageId === undefined ? null : await loadStorage(ctx, storageId);
    const tried = place ?? (saved && placeOf(ctx, saved));
    if (!tried) throw new AppError("invalid_input", "Name a bucket.");
    const test = await testBucket(ctx, tried);
    await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const passed = { checkedAt: ctx.now(), abilities: test.abilities };
      if (saved && test.isUsable)
        await tx.update(storages).set(passed).where(eq(storages.id, saved.id));
      const { endpoint, region, bucket, prefix } = tried;
      const what = { endpoint, region, bucket, prefix };
      await writeAudit(tx, ctx, "storage.test", saved?.id ?? null, what);
    });
    return test;
  },
});
