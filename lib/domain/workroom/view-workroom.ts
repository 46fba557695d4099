import { and, asc, count, eq, inArray, isNotNull } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import {
  appVersions,
  apps,
  chats,
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
  inOrg(ctx.db, ctx.orgId, async (tx) =>
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
  const facts = await readFacts(tx, rooms);
  const own = await readOwnFacts(tx, ctx, rooms);
  const employee = await findEmployee(tx);
  return rooms.map((room) => ({
    id: room.id,
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
    mainChatId: facts.mainChats.get(room.id) ?? "",
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

async function readFacts(tx: DbTransaction, rooms: readonly Workroom[]) {
  const ids = rooms.map((room) => room.id);
  const running = await tx
    .select({ roomId: turns.workroomId, principalId: turns.principalId })
    .from(turns)
    .where(and(inArray(turns.workroomId, ids), eq(turns.state, "running")));
  const principals = new Map(
    running.flatMap(({ roomId, principalId }) => (principalId ? [[roomId, principalId]] : [])),
  );
  const people = [...new Set([...rooms.map((room) => room.createdBy), ...principals.values()])];
  const names = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, people));
  const chatRows = await tx
    .select({ roomId: chats.workroomId, chatId: chats.id })
    .from(chats)
    .where(inArray(chats.workroomId, ids))
    .orderBy(asc(chats.createdAt), asc(chats.id));
  const queued = await tx
    .select({ roomId: chats.workroomId, size: count() })
    .from(messages)
    .innerJoin(chats, eq(chats.id, messages.chatId))
    .where(and(inArray(chats.workroomId, ids), eq(messages.state, "queued")))
    .groupBy(chats.workroomId);
  const live = await tx
    .select({ roomId: apps.workroomId, slug: apps.slug, number: appVersions.number })
    .from(apps)
    .innerJoin(appVersions, eq(appVersions.id, apps.liveVersionId))
    .where(and(inArray(apps.workroomId, ids), isNotNull(apps.liveVersionId)));
  const mainChats = new Map<string, string>();
  for (const { roomId, chatId } of chatRows)
    if (!mainChats.has(roomId)) mainChats.set(roomId, chatId);
  return {
    names: new Map(names.map(({ id, name }) => [id, name])),
    mainChats,
    principals,
    working: new Set(running.map(({ roomId }) => roomId)),
    queued: new Map(queued.map(({ roomId, size }) => [roomId, size])),
    apps: new Map(live.map(({ roomId, slug, number }) => [roomId, { slug, number }])),
  };
}

/** What the rooms are to the one who asks: level, pin, mute, unread. */
async function readOwnFacts(tx: DbTransaction, ctx: Context, rooms: readonly Workroom[]) {
  const ids = rooms.map((room) => room.id);
  const me = actorId(ctx);
  const shares = await tx
    .select()
    .from(workroomShares)
    .where(inArray(workroomShares.workroomId, ids));
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
      isUnread: !!room.attentionAt && (!mark?.readAt || mark.readAt < room.attentionAt),
    };
  };
}

const accessOf = ({ actor }: Context, room: Workroom, shared: "view" | "edit" | null) =>
  actor.kind === "user" ? (levelIn(actor, workroomObject(room, shared)) ?? "view") : "own";
