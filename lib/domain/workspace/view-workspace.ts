import { eq } from "drizzle-orm";
import { type DbTransaction, readInOrg } from "@/lib/db/client";
import { storages, type Workroom } from "@/lib/db/schema";
import type { WorkspaceState } from "@/lib/protocol/store";
import type { WorkspaceView } from "@/lib/protocol/workspace-views";
import { rootOf } from "@/lib/workspace/object-keys";
import { levelIn } from "../authorize";
import { findLastState, openKeptState } from "../commit/find-last-state";
import type { Context } from "../context";
import { workroomObject } from "../workroom/load-workroom";

const MANAGED = "Managed by Workroom";
const OUTPUT = "output/";
const USAGE_TIMEOUT_MS = 2_000;

/** The workspace `id` that this room serves; the caller has asked whether the actor may see it. */
export async function viewWorkspace(
  ctx: Context,
  id: string,
  room: Workroom,
): Promise<WorkspaceView> {
  const { storageName, state } = await readInOrg(ctx.db, ctx.orgId, async (tx) => ({
    storageName: await nameOfStorage(tx, room),
    state: (await findLastState(tx, room.id)).state,
  }));
  return {
    id,
    kind: room.kind,
    title: room.title,
    roomId: room.id,
    root: rootOf(room),
    storage: { id: room.storageId, name: storageName },
    quota: room.quota,
    usage: (await askUsage(ctx, room)) ?? (await countOutput(ctx, state)),
    savedAt: room.committedAt?.toISOString() ?? null,
    waiting: await askWaiting(ctx, room),
    access: accessTo(ctx, room),
    state: room.state,
    desiredState: room.desiredState,
    transition: room.transition,
    failure: room.failure,
  };
}

/** A session is its person's, and a computer the organisation's: nothing of the two is shared with single people. */
const accessTo = ({ actor }: Context, room: Workroom) =>
  actor.kind === "user" ? (levelIn(actor, workroomObject(room, null)) ?? "view") : "own";

async function nameOfStorage(tx: DbTransaction, { storageId }: Workroom): Promise<string> {
  if (storageId === null) return MANAGED;
  const named = eq(storages.id, storageId);
  const [storage] = await tx.select({ name: storages.name }).from(storages).where(named);
  return storage?.name ?? "A bucket that was removed";
}

const askWaiting = (
  { host }: Context,
  { id: roomId }: Workroom,
): Promise<WorkspaceView["waiting"]> =>
  host.call("waiting", { roomId }, { timeoutMs: USAGE_TIMEOUT_MS }).catch(() => null);

/** At this moment, where the host counts because there are limits. */
async function askUsage({ host }: Context, room: Workroom): Promise<WorkspaceView["usage"]> {
  if (room.quota === null) return null;
  const asked = { roomId: room.id };
  const options = { timeoutMs: USAGE_TIMEOUT_MS };
  return host.call("quotaUsage", asked, options).then(
    ({ usage }) => usage,
    () => null, // what was saved last is known without a host
  );
}

/** As it was saved last; links and folders count as files, as in the limits. */
async function countOutput(ctx: Context, state: WorkspaceState): Promise<WorkspaceView["usage"]> {
  if (state.manifest === null && state.segments.length === 0) return null;
  const manifest = await openKeptState(ctx, state);
  const usage = { files: 0, bytes: 0 };
  for (const entry of manifest.entries)
    if (entry.path.startsWith(OUTPUT)) {
      usage.files += 1;
      usage.bytes += entry.type === "file" ? entry.size : 0;
    }
  return usage;
}
