import { and, desc, eq, inArray, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg, readInOrg } from "@/lib/db/client";
import { type StorageMove, storageMoves, storages, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { StorageId, WorkspaceId } from "@/lib/protocol/ids";
import { StorageMoveView } from "@/lib/protocol/storages";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { loadWorkspaceIn } from "../workspace/load-workspace";
import { writeAudit } from "../write-audit";
import { isRunningMove, runningMoveStates } from "./move-states";
import { viewStorageMove } from "./view-storage";

const Outcome = z.object({
  /** Where the workspace lies now; null: with Workroom. */
  storageId: z.string().nullable(),
  /** The last move, running or not. */
  move: StorageMoveView.nullable(),
});

export const getStorageMove = defineVerb({
  name: "storage.get_move",
  summary: "Says where a workspace lies and how far its move is.",
  input: z.strictObject({ workspaceId: WorkspaceId }),
  output: Outcome,
  action: "workroom.read",
  rest: { method: "GET", path: "/workspaces/:workspaceId/storage" },
  run: (ctx, { workspaceId }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "workroom.read", workspaceId);
      const move = await findLastMove(tx, room.id);
      return { storageId: room.storageId, move: move && viewStorageMove(move) };
    }),
});

export const moveStorage = defineVerb({
  name: "storage.move",
  summary:
    "Moves a workspace to a bucket of the organisation's own, or back. Work in it goes on meanwhile.",
  input: z.strictObject({ workspaceId: WorkspaceId, storageId: StorageId.nullable() }),
  output: Outcome,
  action: "storage.manage",
  rest: { method: "POST", path: "/workspaces/:workspaceId/storage" },
  run: (ctx, { workspaceId, storageId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "storage.manage", workspaceId, { lock: true });
      const last = await findLastMove(tx, room.id);
      if (last && isRunningMove(last))
        throw new AppError("conflict", "This workspace is being moved already.");
      if (room.storageId === storageId)
        throw new AppError("conflict", "This workspace lies there already.");
      if (storageId !== null) await checkFree(tx, storageId, room.id);
      const [move] = await tx
        .insert(storageMoves)
        .values({
          id: newId("storageMove"),
          orgId: ctx.orgId,
          workroomId: room.id,
          fromStorageId: room.storageId,
          toStorageId: storageId,
          state: "copying",
          startedBy: actorId(ctx),
          startedAt: ctx.now(),
        })
        .returning();
      if (!move) throw new Error("One move was inserted.");
      const job = { name: "move_storage", orgId: ctx.orgId, workroomId: room.id } as const;
      await ctx.jobs.enqueue(tx, job);
      await writeAudit(tx, ctx, "storage.move", room.id, { from: room.storageId, to: storageId });
      return { storageId: room.storageId, move: viewStorageMove(move) };
    }),
});

export const cancelStorageMove = defineVerb({
  name: "storage.cancel_move",
  summary: "Ends a move that has not switched yet; the workspace stays where it is.",
  input: z.strictObject({ workspaceId: WorkspaceId }),
  output: Outcome,
  action: "storage.manage",
  rest: { method: "DELETE", path: "/workspaces/:workspaceId/storage/move" },
  run: (ctx, { workspaceId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "storage.manage", workspaceId, { lock: true });
      const last = await findLastMove(tx, room.id);
      if (!last || !isRunningMove(last) || last.state === "switching")
        throw new AppError("conflict", "There is no move that could be stopped any more.");
      const [move] = await tx
        .update(storageMoves)
        .set({ state: "cancelled", endedAt: ctx.now() })
        .where(eq(storageMoves.id, last.id))
        .returning();
      await writeAudit(tx, ctx, "storage.cancel_move", room.id);
      return { storageId: room.storageId, move: move ? viewStorageMove(move) : null };
    }),
});

export async function findLastMove(
  tx: DbTransaction,
  workroomId: string,
): Promise<StorageMove | null> {
  const [move] = await tx
    .select()
    .from(storageMoves)
    .where(eq(storageMoves.workroomId, workroomId))
    .orderBy(desc(storageMoves.startedAt), desc(storageMoves.id))
    .limit(1);
  return move ?? null;
}

/** In a bucket lie the files of one workspace: two would mix. */
async function checkFree(tx: DbTransaction, storageId: string, roomId: string): Promise<void> {
  const isIt = eq(storages.id, storageId);
  const [storage] = await tx.select().from(storages).where(isIt).for("update");
  if (!storage) throw notFound("Bucket");
  const others = and(eq(workrooms.storageId, storageId), isNull(workrooms.deletedAt));
  const [room] = await tx.select({ id: workrooms.id }).from(workrooms).where(others).limit(1);
  const coming = and(
    eq(storageMoves.toStorageId, storageId),
    inArray(storageMoves.state, runningMoveStates),
    ne(storageMoves.workroomId, roomId),
  );
  const [move] = await tx.select({ id: storageMoves.id }).from(storageMoves).where(coming).limit(1);
  if (room || move)
    throw new AppError(
      "conflict",
      "Another workspace lies in this folder of the bucket. Add the bucket again with another folder.",
    );
}
