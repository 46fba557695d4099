import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { storages } from "@/lib/db/schema";
import { StorageId } from "@/lib/protocol/ids";
import { StorageTestView } from "@/lib/protocol/storages";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadStorage, placeOf } from "./change-storage";
import { StoragePlace } from "./storage-place";
import { testBucket } from "./test-bucket";

export const tryStorage = defineVerb({
  name: "storage.try",
  summary:
    "Tries a bucket that is not saved: which of the four rights its key has, and what its server honours.",
  input: StoragePlace,
  output: StorageTestView,
  action: "storage.manage",
  rest: { method: "POST", path: "/storages/test" },
  async run(ctx, place) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    const test = await testBucket(ctx, place);
    const { endpoint, region, bucket, prefix } = place;
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      writeAudit(tx, ctx, "storage.try", null, { endpoint, region, bucket, prefix }),
    );
    return test;
  },
});

export const testStorage = defineVerb({
  name: "storage.test",
  summary: "Tries a saved bucket again.",
  input: z.strictObject({ storageId: StorageId }),
  output: StorageTestView,
  action: "storage.manage",
  rest: { method: "POST", path: "/storages/:storageId/test" },
  async run(ctx, { storageId }) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    const saved = await loadStorage(ctx, storageId);
    const test = await testBucket(ctx, placeOf(ctx, saved));
    await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const passed = { checkedAt: ctx.now(), abilities: test.abilities };
      if (test.isUsable) await tx.update(storages).set(passed).where(eq(storages.id, saved.id));
      await writeAudit(tx, ctx, "storage.test", saved.id);
    });
    return test;
  },
});
