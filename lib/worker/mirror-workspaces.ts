import { and, asc, gt, isNotNull, isNull, lt, or } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { importBucket } from "@/lib/domain/mirror/import-bucket";
import { mirrorWorkspace } from "@/lib/domain/mirror/mirror-workspace";
import { systemContext } from "@/lib/domain/system-context";
import type { Log } from "@/lib/log";

const AT_ONCE = 20;
/** What others change in a bucket is looked for this often. */
const IMPORT_EVERY_MS = 5 * 60_000;

/** A bucket that could not be reached is left alone this long. */
const RETRY_MS = 60_000;
const failedAt = new Map<string, number>();

/** Keeps customers' buckets and our workspaces equal: what was committed goes there, what others changed comes here. */
export async function mirrorWorkspaces(ports: Ports, log: Log): Promise<void> {
  const before = new Date(ports.now().getTime() - IMPORT_EVERY_MS);
  const isRead = or(isNull(workrooms.bucketReadAt), lt(workrooms.bucketReadAt, before));
  const inBucket = and(isNotNull(workrooms.storageId), isNull(workrooms.deletedAt));
  const rooms = await inSystem(ports.db, (tx) =>
    tx
      .select()
      .from(workrooms)
      .where(and(inBucket, or(gt(workrooms.commitSeq, workrooms.mirroredSeq), isRead)))
      .orderBy(asc(workrooms.committedAt))
      .limit(AT_ONCE),
  );
  for (const room of rooms) {
    const now = ports.now().getTime();
    if (now - (failedAt.get(room.id) ?? 0) < RETRY_MS) continue;
    failedAt.delete(room.id);
    const ctx = systemContext(ports, room.orgId, "mirror_workspaces");
    try {
      const isBehind = room.commitSeq > room.mirroredSeq;
      const { foreign } = isBehind ? await mirrorWorkspace(ctx, room.id) : { foreign: [] };
      const isDue = room.bucketReadAt === null || room.bucketReadAt < before;
      if (isDue || foreign.length > 0) await importBucket(ctx, room.id);
    } catch (error) {
      failedAt.set(room.id, now);
      log.warn({ err: error, workroomId: room.id }, "a bucket was not brought up to date");
    }
  }
}
