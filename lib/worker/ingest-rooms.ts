import { and, eq, isNull } from "drizzle-orm";
import { inOrg, inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context, Ports } from "@/lib/domain/context";
import { systemContext } from "@/lib/domain/system-context";
import type { Log } from "@/lib/log";
import { ingestFrames } from "./ingest-frames";

const LOOK_EVERY_MS = 3_000;
const RETRY_MS = 250;

/**
 * Follows every active room that no other web follows: one ingester a room, held by a lock that is free again the
 * moment its web dies.
 */
export function ingestRooms(ports: Ports, log: Log): { stop(): Promise<void> } {
  const stop = new AbortController();
  const followed = new Map<string, Promise<void>>();

  const follow = (orgId: string, workroomId: string) => {
    if (followed.has(workroomId) || stop.signal.aborted) return;
    const done = followRoom(ports, { orgId, workroomId }, stop.signal)
      .catch((error: unknown) => log.warn({ err: error, workroomId }, "following a room failed"))
      .finally(() => followed.delete(workroomId));
    followed.set(workroomId, done);
  };
  const look = async () => {
    const rooms = await inSystem(ports.db, (tx) =>
      tx
        .select({ id: workrooms.id, orgId: workrooms.orgId })
        .from(workrooms)
        .where(and(eq(workrooms.state, "active"), isNull(workrooms.deletedAt))),
    );
    for (const room of rooms) follow(room.orgId, room.id);
  };
  const tryLook = () =>
    look().catch((error: unknown) => log.warn({ err: error }, "looking for rooms failed"));
  const timer = setInterval(tryLook, LOOK_EVERY_MS);
  // A room that has just become active is followed at once: its first words should not wait.
  const unsubscribe = ports.bus.subscribe((signal) => {
    if (signal.type === "workroom") follow(signal.orgId, signal.workroomId);
  });
  void tryLook();
  return {
    async stop() {
      clearInterval(timer);
      unsubscribe();
      stop.abort();
      await Promise.allSettled(followed.values());
    },
  };
}

type RoomName = { orgId: string; workroomId: string };

async function followRoom(ports: Ports, name: RoomName, stopped: AbortSignal): Promise<void> {
  const ctx = systemContext(ports, name.orgId, "ingest_frames");
  if ((await readMark(ctx, name)) === null) return;
  const lock = await ports.locks.tryLock(`ingest:${name.workroomId}`);
  if (!lock) return;
  const signal = AbortSignal.any([stopped, lock.signal]);
  try {
    while (!signal.aborted) {
      const mark = await readMark(ctx, name);
      if (mark === null) return;
      await ingestFrames(ctx, name.workroomId, mark, signal).catch(() => undefined);
      if (signal.aborted) return;
      // The stream broke: the room may have ended without the host being able to say so.
      await askForLook(ctx, name);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  } finally {
    await lock.release().catch(() => undefined);
  }
}

const askForLook = (ctx: Context, { orgId, workroomId }: RoomName): Promise<void> =>
  inOrg(ctx.db, orgId, (tx) =>
    ctx.jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId }),
  );

/** The last frame of this epoch that is in the log; null when the room is not active. */
const readMark = (ctx: Pick<Ports, "db">, { workroomId }: RoomName): Promise<number | null> =>
  inSystem(ctx.db, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    if (!room || room.deletedAt || room.state !== "active") return null;
    return room.frameEpoch === room.epoch ? room.frameN : 0;
  });
