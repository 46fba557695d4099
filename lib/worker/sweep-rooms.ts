import { and, eq, isNull, lt, ne, or, sql } from "drizzle-orm";
import { inOrg, inSystem } from "@/lib/db/client";
import { chats, messages, turns, type Workroom, workrooms } from "@/lib/db/schema";
import type { Context, Ports } from "@/lib/domain/context";

import { systemContext } from "@/lib/domain/system-context";
import { endNow } from "@/lib/domain/turn/dispatch-turn";
import { publishWorkroom } from "@/lib/domain/workroom/publish-change";
import { hasRunningTurn } from "@/lib/domain/workroom/sleep-workroom";
import { wishState } from "@/lib/domain/workroom/wish-state";
import { writeAudit } from "@/lib/domain/write-audit";
import { sweepPresences } from "./sweep-presences";
import { sweepRuns } from "./sweep-runs";

const DRAFT_LIFE_MS = 60 * 60_000;
const TURN_GRACE_MS = 120_000;
const JOB = "sweep_rooms";

/** What time brings about: idle rooms sleep, drafts that were given up go, and nothing stays stuck. */
export async function sweepRooms(ports: Ports): Promise<void> {
  const lock = await ports.locks.tryLock("sweep");
  if (!lock) return;
  try {
    await sleepIdleRooms(ports);
    await removeDrafts(ports);
    await endLostTurns(ports);
    await remindJobs(ports);
    await sweepPresences(ports);
    await sweepRuns(ports);
  } finally {
    await lock.release();
  }
}

async function sleepIdleRooms(ports: Ports): Promise<void> {
  const before = new Date(ports.now().getTime() - ports.settings.idleSleepMs);
  const idle = and(
    eq(workrooms.state, "active"),
    eq(workrooms.desiredState, "active"),
    lt(workrooms.lastActiveAt, before),
    isNull(workrooms.deletedAt),
  );
  const rooms = await inSystem(ports.db, (tx) => tx.select().from(workrooms).where(idle));
  for (const room of rooms) {
    const ctx = systemContext(ports, room.orgId, JOB);
    if (await sleepIfIdle(ctx, room, before)) publishWorkroom(ctx, room.id);
  }
}

/** Looked at again under the room's lock: a message that came meanwhile keeps it awake. */
const sleepIfIdle = (ctx: Context, room: Workroom, before: Date): Promise<boolean> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const still = and(eq(workrooms.id, room.id), lt(workrooms.lastActiveAt, before));
    const [locked] = await tx.select().from(workrooms).where(still).for("no key update");
    if (!locked || locked.generation !== room.generation) return false;
    if (await hasRunningTurn(tx, room.id)) return false;
    await wishState(tx, ctx, locked, { desiredState: "sleeping", reason: "idle" });
    await writeAudit(tx, ctx, "workroom.sleep", room.id, { reason: "idle" });
    return true;
  });

async function removeDrafts(ports: Ports): Promise<void> {
  const before = new Date(ports.now().getTime() - DRAFT_LIFE_MS);
  const old = and(
    eq(workrooms.isDraft, true),
    lt(workrooms.lastActiveAt, before),
    isNull(workrooms.deletedAt),
  );
  const drafts = await inSystem(ports.db, (tx) => tx.select().from(workrooms).where(old));
  for (const { id: workroomId, orgId } of drafts)
    await inOrg(ports.db, orgId, async (tx) => {
      const generation = sql`${workrooms.generation} + 1`;
      const values = { deletedAt: ports.now(), desiredState: "archived", generation } as const;
      const still = and(eq(workrooms.id, workroomId), eq(workrooms.isDraft, true));
      const gone = await tx.update(workrooms).set(values).where(still).returning();
      if (gone.length === 0) return;
      const ctx = systemContext(ports, orgId, JOB);
      await writeAudit(tx, ctx, "workroom.delete", workroomId, { reason: "draft" });
      await ports.jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId });
    });
}

/** A turn that is over its time and that its engine knows nothing of will never end by itself. */
async function endLostTurns(ports: Ports): Promise<void> {
  const limit = ports.settings.turnTimeoutMs + TURN_GRACE_MS;
  const before = new Date(ports.now().getTime() - limit);
  const late = and(eq(turns.state, "running"), lt(turns.startedAt, before));
  const rows = await inSystem(ports.db, (tx) => tx.select().from(turns).where(late));
  for (const turn of rows) {
    const known = await ports.engine.runningTurns(turn.workroomId).catch((): string[] => []);
    if (known.includes(turn.id)) continue;
    const ctx = systemContext(ports, turn.orgId, JOB);
    await endNow(ctx, turn.id, "interrupted", "The employee did not report the end of this turn.");
  }
}

/** Jobs that were given up after too many failures are asked for again: the rows say what is still to do. */
async function remindJobs(ports: Ports): Promise<void> {
  const { jobs } = ports;
  await inSystem(ports.db, async (tx) => {
    const unreached = or(
      ne(sql`${workrooms.state}`, sql`${workrooms.desiredState}`),
      sql`${workrooms.transition} is not null`,
    );
    const rooms = await tx
      .select()
      .from(workrooms)
      .where(and(unreached, isNull(workrooms.failure), isNull(workrooms.deletedAt)));
    for (const { id: workroomId, orgId } of rooms)
      await jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId });

    const waiting = await tx
      .selectDistinct({ chatId: chats.id, orgId: chats.orgId })
      .from(messages)
      .innerJoin(chats, eq(chats.id, messages.chatId))
      .innerJoin(workrooms, eq(workrooms.id, chats.workroomId))
      .where(and(eq(messages.state, "queued"), eq(workrooms.state, "active")));
    for (const { chatId, orgId } of waiting)
      await jobs.enqueue(tx, { name: "dispatch_turn", orgId, chatId });

    const ended = and(ne(turns.state, "running"), isNull(turns.finishedAt));
    const offered = and(eq(turns.state, "running"), isNull(turns.acceptedAt));
    for (const turn of await tx.select().from(turns).where(ended))
      await jobs.enqueue(tx, { name: "finish_turn", orgId: turn.orgId, turnId: turn.id });
    for (const turn of await tx.select().from(turns).where(offered))
      await jobs.enqueue(tx, { name: "dispatch_turn", orgId: turn.orgId, chatId: turn.chatId });
  });
}
