import { and, eq, inArray, or } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { storageMoves, storages } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { StorageId } from "@/lib/protocol/ids";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { runningMoveStates } from "./move-states";
import { isStorageNeeded } from "./view-storage";

export const removeStorage = defineVerb({
  name: "storage.remove",
  summary: "Forgets a bucket and its key. What lies in it stays.",
  input: z.strictObject({ storageId: StorageId }),
  output: z.object({}),
  action: "storage.manage",
  rest: { method: "DELETE", path: "/storages/:storageId" },
  run(ctx, { storageId }) {
    authorize(ctx, "storage.manage", { kind: "org", orgId: ctx.orgId });
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const isIt = eq(storages.id, storageId);
      const [storage] = await tx.select().from(storages).where(isIt).for("update");
      if (!storage) throw notFound("Bucket");
      const moves = and(
        or(eq(storageMoves.fromStorageId, storageId), eq(storageMoves.toStorageId, storageId)),
        inArray(storageMoves.state, runningMoveStates),
      );
      const [move] = await tx.select().from(storageMoves).where(moves).limit(1);
      if (move || (await isStorageNeeded(tx, storageId)))
        throw new AppError(
          "conflict",
          "A workspace lies in this bucket. Move it back to Workroom's storage first.",
        );
      await tx.delete(storages).where(isIt);
      const { endpoint, bucket, prefix } = storage;
      await writeAudit(tx, ctx, "storage.remove", storageId, { endpoint, bucket, prefix });
      return {};
    });
  },
});
