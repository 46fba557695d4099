import { and, count, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { type DbTransaction, readInOrg } from "@/lib/db/client";
import {
  appVersions,
  apps,
  EVERYBODY,
  messages,
  turns,
  users,
  type Workroom,
  workroomMarks,
  workroomShares,
} from "@/lib/db/schema";
import type { WorkroomView } from "@/lib/protocol/views";
import { appUrlOf } from "../app/app-url";
import { levelIn } from "../authorize";
import type { Context } from "../context";
import { findEmployee } from "../model/find-employee";
import { actorId } from "../system-context";
import { loadWorkroomIn, workroomObject } from "./load-workroom";

/** @throws AppError `not_found` when the actor may not see the room */
export const viewWorkroom = (ctx: Context, workroomId: string): Promise<WorkroomView> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) =>
    viewWorkroomIn(tx, ctx, await loadWorkroomIn(tx, ctx, "workroom.read", workroomId)),
  );

export async function viewWorkroomIn(
  tx: DbTransaction,
  ctx: Context,
  room: Workroom,
): Promise<WorkroomView> {
  const [view] = await viewWorkrooms(tx, ctx, [room]);
  if (!view) throw new Error("A room has exactly one view.");
  return view;
}

/** Views of many rooms, with the same few queries as of one. */
export async function viewWorkrooms(
  tx: DbTransaction,
  ctx: Context,
  rooms: readonly Workroom[],
): Promise<WorkroomView[]> {
  if (rooms.length === 0) return [];
  const facts = await readFacts(tx, ctx.orgId, rooms);
  const own = await readOwnFacts(tx, ctx, rooms);
  const employee = await findEmployee(tx);
  return rooms.map((room) => ({
    id: room.id,
    kind: room.kind,
    orgId: room.orgId,
    title: room.title,
    createdBy: { id: room.createdBy, name: facts.names.get(room.createdBy) ?? "Somebody" },
    createdAt: room.createdAt.toISOString(),
    lastActiveAt: room.lastActiveAt.toISOString(),
    state: room.state,
    desiredState: room.desiredState,
    transition: room.transition,
    reason: room.reason,
    failure: room.failure,
    bootMs: room.bootMs,
    walls: viewWalls(room),
    isWorking: facts.working.has(room.id),
    queuedCount: facts.queued.get(room.id) ?? 0,
    employee: { isScripted: employee.isScripted, label: employee.label },
    previewPorts: room.state === "active" ? room.previewPorts : [],
    app: viewRoomApp(ctx, facts.apps.get(room.id)),
    savedAt: room.committedAt?.toISOString() ?? null,
    mainChatId: room.mainChatId ?? "",
    isDraft: room.isDraft,
    openness: room.openness,
    attention: room.attention,
    actingAs: viewPrincipal(facts, room),
    ...own(room),
  }));
}

type Facts = Awaited<ReturnType<typeof readFacts>>;

function viewPrincipal({ principals, names }: Facts, { id }: Workroom): WorkroomView["actingAs"] {
  const principalId = principals.get(id);
  return principalId ? { id: principalId, name: names.get(principalId) ?? "Somebody" } : null;
}

type RoomApp = { slug: string; number: number };

const viewRoomApp = (ctx: Context, app: RoomApp | undefined): WorkroomView["app"] =>
  app ? { slug: app.slug, url: appUrlOf(ctx.settings, app.slug), liveVersion: app.number } : null;

function viewWalls({ wallProbes, wallsCheckedAt }: Workroom): WorkroomView["walls"] {
  if (!wallProbes || !wallsCheckedAt) return null;
  const held = wallProbes.filter((probe) => probe.outcome === "held").length;
  const open = wallProbes.filter((probe) => probe.outcome === "open").length;
  return { held, open, checkedAt: wallsCheckedAt.toISOString() };
}

async function readFacts(tx: DbTransaction, orgId: string, rooms: readonly Workroom[]) {
  const ids = rooms.map((room) => room.id);
  const open = await tx
    .select({ roomId: turns.workroomId, principalId: turns.principalId, state: turns.state })
    .from(turns)
    .where(and(eq(turns.orgId, orgId), inArray(turns.workroomId, ids), isNull(turns.finishedAt)));
  const principals = new Map(
    open.flatMap(({ roomId, principalId }) => (principalId ? [[roomId, principalId]] : [])),
  );
  const people = [...new Set([...rooms.map((room) => room.createdBy), ...principals.values()])];
  const names = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, people));
  const queued = await tx
    .select({ roomId: messages.workroomId, size: count() })
    .from(messages)
    .where(and(inArray(messages.workroomId, ids), eq(messages.state, "queued")))
    .groupBy(messages.workroomId);
  return {
    names: new Map(names.map(({ id, name }) => [id, name])),
    principals,
    working: new Set(open.flatMap(({ roomId, state }) => (state === "running" ? roomId : []))),
    queued: new Map(queued.map(({ roomId, size }) => [roomId, size])),
    apps: await readApps(tx, ids),
  };
}

/** The live versions of the rooms' Apps: two small look-ups, since a room mostly has none. */
async function readApps(tx: DbTransaction, roomIds: readonly string[]) {
  const live = await tx
    .select({ roomId: apps.workroomId, slug: apps.slug, versionId: apps.liveVersionId })
    .from(apps)
    .where(and(inArray(apps.workroomId, [...roomIds]), isNotNull(apps.liveVersionId)));
  if (live.length === 0) return new Map<string, RoomApp>();
  const ids = live.flatMap(({ versionId }) => versionId ?? []);
  const versions = await tx
    .select({ id: appVersions.id, number: appVersions.number })
    .from(appVersions)
    .where(inArray(appVersions.id, ids));
  const numbers = new Map(versions.map(({ id, number }) => [id, number]));
  return new Map(
    live.flatMap(({ roomId, slug, versionId }): [string, RoomApp][] => {
      const number = numbers.get(versionId ?? "");
      return number === undefined ? [] : [[roomId, { slug, number }]];
    }),
  );
}

/** What the rooms are to the one who asks: level, pin, mute, unread. */
async function readOwnFacts(tx: DbTransaction, ctx: Context, rooms: readonly Workroom[]) {
  const ids = rooms.map((room) => room.id);
  const me = actorId(ctx);
  // Only private rooms are shared; most of a team's rooms need no look at all.
  const closed = rooms.flatMap((room) => (room.openness === "private" ? room.id : []));
  const shares =
    closed.length === 0
      ? []
      : await tx.select().from(workroomShares).where(inArray(workroomShares.workroomId, closed));
  const marks = await tx
    .select()
    .from(workroomMarks)
    .where(and(inArray(workroomMarks.workroomId, ids), eq(workroomMarks.userId, me)));
  return (room: Workroom) => {
    const ofRoom = shares.filter(({ workroomId }) => workroomId === room.id);
    const mine = ofRoom.filter(({ userId }) => userId === me || userId === EVERYBODY);
    const shared = mine.some(({ access }) => access === "edit")
      ? "edit"
      : (mine[0]?.access ?? null);
    const mark = marks.find(({ workroomId }) => workroomId === room.id);
    return {
      access: accessOf(ctx, room, shared),
      isShared: ofRoom.length > 0,
      isPinned: !!mark?.pinnedAt,
      isMuted: !!mark?.mutedAt,
      isUnread: isUnread(room, mark?.readAt ?? null, room.createdBy === me || shared !== null),
    };
  };
}

/** News of a team's open room is news only to those who have looked into it before. */
function isUnread({ attentionAt }: Workroom, readAt: Date | null, isOwnOrShared: boolean): boolean {
  if (attentionAt === null) return false;
  return readAt === null ? isOwnOrShared : readAt < attentionAt;
}

const accessOf = ({ actor }: Context, room: Workroom, shared: "view" | "edit" | null) =>
  actor.kind === "user" ? (levelIn(actor, workroomObject(room, shared)) ?? "view") : "own";
