import { AppError, notFound } from "@/lib/errors";
import type { Actor, Context } from "./context";

/** Everything a verb, stream or socket can ask for. */
export const actions = [
  "org.read",
  "org.manage_models",
  "workroom.create",
  "workroom.read", // list, state, chat, files, changes, history
  "workroom.write", // messages, files, undo, sleep and wake
  "workroom.run", // exec, terminal, preview
  "workroom.delete",
  "app.read",
  "app.publish",
] as const;
export type Action = (typeof actions)[number];

/** What an action is asked of; the fields are read from its row, never from the caller. */
export type AccessObject =
  | { kind: "org"; orgId: string }
  | {
      kind: "workroom";
      orgId: string;
      createdBy: string;
      openness: "private" | "open";
    };

const readActions: ReadonlySet<Action> = new Set(["org.read", "workroom.read", "app.read"]);

/**
 * The one decision about access. Rooms are their creator's; open rooms are their organisation's; owners and admins of
 * an organisation reach its open rooms only, as everybody else does.
 *
 * @throws AppError `not_found` when the actor may not even know the object, `forbidden` when it may only look
 */
export function authorize(
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  object: AccessObject,
): void {
  if (object.orgId !== ctx.orgId) throw notFound(nameOf(object));
  if (ctx.actor.kind === "system") return;
  if (object.kind === "workroom" && !canSee(ctx.actor, object)) throw notFound("Workroom");
  if (ctx.actor.role === "viewer" && !readActions.has(action))
    throw new AppError("forbidden", "You can look at this, but not change it.");
  if (action === "org.manage_models" && ctx.actor.role === "member")
    throw new AppError("forbidden", "Only an owner or admin can change the models.");
  if (
    (action === "workroom.delete" || action === "app.publish") &&
    object.kind === "workroom" &&
    !canOwn(ctx.actor, object)
  )
    throw new AppError(
      "forbidden",
      "Only the person who made this workroom, or an admin, can do that.",
    );
}

type WorkroomObject = Extract<AccessObject, { kind: "workroom" }>;
type Person = Extract<Actor, { kind: "user" }>;

const canSee = (actor: Person, room: WorkroomObject) =>
  room.openness === "open" || room.createdBy === actor.userId;

const canOwn = (actor: Person, room: WorkroomObject) =>
  room.createdBy === actor.userId || actor.role === "owner" || actor.role === "admin";

const nameOf = (object: AccessObject) => (object.kind === "workroom" ? "Workroom" : "Organisation");
