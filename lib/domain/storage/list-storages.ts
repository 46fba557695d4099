import { asc } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { storages } from "@/lib/db/schema";
import { StorageView } from "@/lib/protocol/storages";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { readStorageUsers, viewStorage } from "./view-storage";

export const listStorages = defineVerb({
  name: "storage.list",
  summary: "Lists the organisation's own buckets, never their secrets.",
  input: z.strictObject({}),
  output: z.object({ storages: z.array(StorageView) }),
  action: "storage.read",
  rest: { method: "GET", path: "/storages" },
  run(ctx) {
    authorize(ctx, "storage.read", { kind: "org", orgId: ctx.orgId });
    return readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const rows = await tx.select().from(storages).orderBy(asc(storages.createdAt));
      const users = await readStorageUsers(tx);
      return { storages: rows.map((row) => viewStorage(row, users.get(row.id) ?? null)) };
    });
  },
});
