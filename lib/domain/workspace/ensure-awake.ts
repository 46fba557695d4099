import { eq } from "drizzle-orm";
import { inOrg, readInOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { Context } from "../context";
import { publishWorkroom } from "../workroom/publish-change";
import { wishState } from "../workroom/wish-state";
import { writeAudit } from "../write-audit";

const LOOK_EVERY_MS = 250;
const WAKE_TIMEOUT_MS = 90_000;

/**
 * Something is about to run in the room. A computer or a session that sleeps is woken, and waited for; a workroom of
 * people is woken by people and messages only. The room counts as used from now on.
 *
 * @throws AppError `conflict` for a workroom that sleeps · `unavailable` when it doesn't start, or not in time
 */
export async function ensureAwake(
  ctx: Context,
  { id }: Pick<Workroom, "id">,
  { signal, wakesWorkroom = false }: { signal?: AbortSignal; wakesWorkroom?: boolean } = {},
): Promise<void> {
  const room = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const mine = eq(workrooms.id, id);
    const [found] = await tx.select().from(workrooms).where(mine).for("no key update");
    if (!found || found.deletedAt) throw notFound("Workspace");
    if (isAwake(found)) {
      await tx.update(workrooms).set({ lastActiveAt: ctx.now() }).where(mine);
      return found;
    }
    if (found.kind === "room" && !wakesWorkroom)
      throw new AppError("conflict", "The workroom is asleep. Wake it first.");
    // One that starts already is only waited for: a new wish would begin the start anew.
    if (found.desiredState === "active" && found.failure === null) return found;
    await writeAudit(tx, ctx, "workspace.wake", id);
    return wishState(tx, ctx, found, { desiredState: "active", reason: "user" });
  });
  if (isAwake(room)) return;
  publishWorkroom(ctx, id);
  await untilAwake(ctx, id, signal);
}

const isAwake = ({ state, desiredState }: Workroom) =>
  state === "active" && desiredState === "active";

async function untilAwake(
  ctx: Context,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = performance.now() + WAKE_TIMEOUT_MS;
  let wake: (() => void) | undefined;
  const unsubscribe = ctx.bus.subscribe((news) => {
    if (news.type === "workroom" && news.workroomId === id) wake?.();
  });
  try {
    while (performance.now() < deadline) {
      signal?.throwIfAborted();
      const room = await readRoom(ctx, id);
      if (!room || room.deletedAt) throw notFound("Workspace");
      if (isAwake(room)) return;
      if (room.state === "failed" && room.failure !== null)
        throw new AppError("unavailable", room.failure);
      if (room.desiredState !== "active")
        throw new AppError("conflict", "The workspace was put to sleep meanwhile.");
      // The signal may be lost: the row is looked at again in any case.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_EVERY_MS);
        wake = () => (clearTimeout(timer), resolve());
      });
    }
  } finally {
    unsubscribe();
  }
  throw new AppError("unavailable", "The sandbox did not start in time. Try again.");
}

const readRoom = (ctx: Context, id: string): Promise<Workroom | undefined> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, id));
    return room;
  });
