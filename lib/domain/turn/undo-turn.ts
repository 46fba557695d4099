import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { type Turn, turns } from "@/lib/db/schema";
import { AppError, notFound, notFoundAs } from "@/lib/errors";
import type { HostInput } from "@/lib/protocol/host";
import { TurnId } from "@/lib/protocol/ids";
import { TurnView } from "@/lib/protocol/views";
import { diffManifests, type ManifestChange } from "@/lib/workspace/diff-manifests";
import { appendChatEvents } from "../chat/append-chat-events";
import { loadChatIn } from "../chat/load-chat";
import { checkpointEvent } from "../checkpoint/describe-checkpoint";
import { bringFiles } from "../checkpoint/bring-files";
import { getCheckpoint, openKeptManifest } from "../checkpoint/open-checkpoint";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { hasOpenTurn } from "../workroom/sleep-workroom";
import { writeAudit } from "../write-audit";
import { turnEvent, viewTurn } from "./view-turn";

const REVERT_TIMEOUT_MS = 5 * 60_000;

export const undoTurn = defineVerb({
  name: "turn.undo",
  summary: "Sets the files a turn changed back; those changed since are kept and named.",
  input: z.strictObject({ turnId: TurnId }),
  output: z.object({ reverted: z.array(z.string()), kept: z.array(z.string()), turn: TurnView }),
  action: "workroom.write",
  rest: { method: "POST", path: "/turns/:turnId/undo" },
  async run(ctx, { turnId }) {
    const { turn, start, end } = await loadUndo(ctx, turnId);
    await bringFiles(ctx, turn.workroomId);
    const before = await openKeptManifest(ctx, start.manifest);
    const after = await openKeptManifest(ctx, end.manifest);
    // The parent must be what the disk holds now, so that the undo shows up as a change of its own.
    const cause = { reason: "undo", turnId, actorId: actorId(ctx) } as const;
    await takeCheckpoint(ctx, turn.workroomId, { ...cause, reason: "edit" });
    const changes = diffManifests(before, after);
    const paths = revertsOf(changes);
    const { reverted, kept } = await ctx.host.call(
      "revertPaths",
      { roomId: turn.workroomId, paths },
      { timeoutMs: REVERT_TIMEOUT_MS },
    );
    const checkpoint = await takeCheckpoint(ctx, turn.workroomId, cause);
    const undone = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const values = { undoneAt: ctx.now() };
      const [row] = await tx.update(turns).set(values).where(eq(turns.id, turnId)).returning();
      if (!row) throw notFound("Turn");
      await appendChatEvents(tx, ctx, row.chatId, [
        checkpointEvent(checkpoint, turnId),
        turnEvent(row),
      ]);
      await writeAudit(tx, ctx, "turn.undo", turnId, { reverted: reverted.length });
      return row;
    });
    publishChat(ctx, undone.chatId);
    publishWorkroom(ctx, undone.workroomId);
    const folders = new Set(changes.filter(isFolder).map(({ path }) => path));
    const files = (paths: readonly string[]) => paths.filter((path) => !folders.has(path));
    return { reverted: files(reverted), kept: files(kept), turn: viewTurn(undone) };
  },
});

/** @throws AppError `conflict` in plain words when there is nothing to undo, or not now */
const loadUndo = (ctx: Context, turnId: string) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [turn] = await tx.select().from(turns).where(eq(turns.id, turnId));
    if (!turn) throw notFound("Turn");
    const { room } = await loadChatIn(tx, ctx, "workroom.write", turn.chatId, {
      lock: true,
    }).catch(notFoundAs("Turn"));
    refuseUndo(turn);
    if (await hasOpenTurn(tx, room.id))
      throw new AppError("conflict", "The employee is at work. Stop it first, then undo.");
    if (!turn.startCheckpointId || !turn.endCheckpointId)
      throw new AppError(
        "conflict",
        "The files of this turn were not saved, so it can't be undone.",
      );
    return {
      turn,
      start: await getCheckpoint(tx, turn.startCheckpointId),
      end: await getCheckpoint(tx, turn.endCheckpointId),
    };
  });

function refuseUndo(turn: Turn): void {
  if (turn.undoneAt) throw new AppError("conflict", "This turn was undone already.");
  if (!turn.finishedAt) throw new AppError("conflict", "This turn is not over yet.");
  if (!turn.changedFiles) throw new AppError("conflict", "This turn changed no file.");
}

/** Folders come and go with their files; only files are told. */
const isFolder = ({ before, after }: ManifestChange) => (after ?? before)?.type === "directory";

type Revert = HostInput<"revertPaths">["paths"][number];

/** Each path with what it was before and what the turn has left there. */
const revertsOf = (changes: readonly ManifestChange[]): Revert[] =>
  changes.map(({ path, before, after }) => ({
    path,
    entry: before,
    expectedSha256: after?.type === "file" ? after.sha256 : null,
  }));
