import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import type { Workroom } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { WorkspaceId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import type { Manifest } from "@/lib/workspace/manifest";
import { findLastState, openKeptState } from "../commit/find-last-state";
import { flushWorkspace } from "../commit/flush-workspace";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { changeFiles } from "../file/change-files";
import { actorId } from "../system-context";
import { findRemoval, findStateAt } from "./find-versions";

const TIMEOUT_MS = 5 * 60_000;

export const restoreVersion = defineVerb({
  name: "version.restore",
  summary:
    "Sets a file back to what it was after a commit, or a deleted file or folder to what it was before; nothing else changes.",
  input: z.strictObject({
    workspaceId: WorkspaceId,
    path: WorkspacePath,
    /** Left out: as it was before it was last deleted. */
    seq: z.number().int().nonnegative().optional(),
  }),
  output: z.object({ restored: z.number().int() }),
  action: "workroom.write",
  rest: { method: "POST", path: "/workspaces/:workspaceId/files/restore" },
  run: (ctx, { workspaceId, path, seq }) =>
    changeFiles(
      ctx,
      { workspaceId, action: "version.restore", path, durability: "store" },
      (room) => restore(ctx, room, path, seq),
    ),
});

async function restore(
  ctx: Context,
  room: Workroom,
  path: string,
  seq: number | undefined,
): Promise<{ restored: number }> {
  if (path === "") throw new AppError("invalid_input", "Name a file or folder.");
  // What is on the disk now becomes a version first, so that this can be undone too.
  const cause = { reason: "edit", turnId: null, actorId: actorId(ctx) } as const;
  await flushWorkspace(ctx, { workroomId: room.id, cause, paths: [path] }, async () => undefined);
  const wanted = seq ?? (await beforeRemoval(ctx, room.id, path));
  const { past, present } = await inOrg(ctx.db, ctx.orgId, async (tx) => ({
    past: await findStateAt(tx, room.id, wanted),
    present: (await findLastState(tx, room.id)).state,
  }));
  const saved = (await openKeptState(ctx, past)).entries.filter(isAtOrBelow(path));
  if (saved.length === 0) throw notFound("Version");
  const current = await openKeptState(ctx, present);
  const { kept } = await ctx.host.call(
    "revertPaths",
    {
      roomId: room.id,
      paths: saved.map((entry) => ({
        path: entry.path,
        entry,
        expectedSha256: shaAt(current, entry.path),
      })),
    },
    { timeoutMs: TIMEOUT_MS },
  );
  if (kept.length === saved.length)
    throw new AppError("conflict", "It was changed just now. Look at it again, then restore it.");
  return { restored: saved.length - kept.length };
}

async function beforeRemoval(ctx: Context, workroomId: string, path: string): Promise<number> {
  const removal = await findRemoval(ctx, workroomId, path);
  if (removal === null)
    throw new AppError("conflict", "It was not deleted, or too long ago to be found.");
  return removal - 1;
}

const isAtOrBelow = (path: string) => (entry: { path: string }) =>
  entry.path === path || entry.path.startsWith(`${path}/`);

function shaAt(manifest: Manifest, path: string): string | null {
  const entry = manifest.find(path);
  return entry?.type === "file" ? entry.sha256 : null;
}
