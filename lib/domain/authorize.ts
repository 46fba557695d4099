import { AppError, notFound } from "@/lib/errors";
import type { ApiKeyScope } from "@/lib/protocol/api-keys";
import type { Context, PersonActor } from "./context";

type Level = "view" | "edit" | "own";
type Rule = {
  /** What a program's key needs; null: only a person in a browser. */
  scope: ApiKeyScope | null;
  /** On an organisation: who may. */
  org?: "everybody" | "members" | "admins" | "owners";
  /** In a room, or of an employee: from which level on. */
  room?: Level;
};

/** Everything a verb, stream or socket can ask for, and what it takes. */
const rules = {
  "org.read": { scope: "read", org: "everybody" },
  "org.manage": { scope: "admin", org: "admins" }, // name and rules of the organisation
  "org.delete": { scope: null, org: "owners" },
  "org.manage_members": { scope: "admin", org: "admins" },
  "org.manage_models": { scope: "admin", org: "admins" },
  "org.read_audit": { scope: "admin", org: "admins" },
  "account.read": { scope: "read", org: "everybody" }, // what is one's own: notifications, keys, sessions
  "account.manage": { scope: null, org: "everybody" },
  "agent.read": { scope: "read", org: "everybody" },
  "agent.create": { scope: "write", org: "members" },
  "agent.manage": { scope: "write", room: "own" }, // name, instructions, workspace on and off, delete
  "storage.read": { scope: "read", org: "members" }, // names and places of buckets, never secrets
  "storage.manage": { scope: "admin", org: "admins" },
  "plugin.read": { scope: "read", org: "everybody" },
  "plugin.manage": { scope: "write", org: "members" },
  "session.open": { scope: "run", org: "members" }, // a workspace and sandbox of a program's own
  "workroom.create": { scope: "write", org: "members" },
  "workroom.read": { scope: "read", room: "view" }, // list, state, chat, files, changes, history, preview
  "workroom.mark": { scope: "write", room: "view" }, // one's own pin, mute and read mark
  "workroom.write": { scope: "write", room: "edit" }, // messages, files, undo, sleep and wake
  "workroom.run": { scope: "run", room: "edit" }, // exec, terminal
  "workroom.share": { scope: "write", room: "own" },
  "workroom.delete": { scope: "write", room: "own" },
  "workspace.configure": { scope: "write", room: "own" }, // its limits
  "app.read": { scope: "read", room: "view" },
  "app.publish": { scope: "write", room: "own" },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof rules;

/** The scope that a program's key needs for an action; null: no key has it. */
export const scopeOf = (action: Action): ApiKeyScope | null => rules[action].scope;

/** What an action is asked of; the fields are read from its rows, never from the caller. */
export type AccessObject =
  | { kind: "org"; orgId: string }
  | {
      kind: "workroom";
      orgId: string;
      createdBy: string;
      openness: "private" | "open";
      /** What is shared with the actor, by name or with the whole organisation. */
      shared: "view" | "edit" | null;
    }
  | { kind: "agent"; orgId: string; createdBy: string };
type WorkroomObject = Extract<AccessObject, { kind: "workroom" }>;
type AgentObject = Extract<AccessObject, { kind: "agent" }>;

/**
 * The one decision about access. Rooms are their creator's; open rooms are their organisation's; a private room is also
 * of those it is shared with. Owners and admins of an organisation reach the rooms that everybody reaches, and decide
 * about those. An employee is the organisation's, as an open room is. A viewer looks, and changes nothing but what is
 * their own.
 *
 * @throws AppError `not_found` when the actor may not even know the object, `forbidden` when it may only look
 */
export function authorize(
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  object: AccessObject,
): void {
  if (object.orgId !== ctx.orgId) throw notFound(nameOf(object));
  const { actor } = ctx;
  if (actor.kind === "system") return;
  const rule: Rule = rules[action];
  if (object.kind !== "org") requireLevel(actor, object, rule.room ?? "own");
  else requireRole(actor, rule.org ?? "admins");
  requireScope(actor, rule.scope);
}

const levels: readonly (Level | null)[] = [null, "view", "edit", "own"];

/** What a person may do in a room of their organisation, or with an employee of it; null: not even know of it. */
export function levelIn(actor: PersonActor, object: WorkroomObject | AgentObject): Level | null {
  const level = grantedLevel(actor, object);
  return level !== null && actor.role === "viewer" ? "view" : level;
}

function grantedLevel(actor: PersonActor, object: WorkroomObject | AgentObject): Level | null {
  if (object.createdBy === actor.userId) return "own";
  const isAdmin = actor.role === "owner" || actor.role === "admin";
  if (object.kind === "agent" || object.openness === "open") return isAdmin ? "own" : "edit";
  return object.shared;
}

function requireLevel(
  actor: PersonActor,
  object: WorkroomObject | AgentObject,
  needed: Level,
): void {
  const level = levelIn(actor, object);
  if (level === null) throw notFound("Workroom");
  if (levels.indexOf(level) >= levels.indexOf(needed)) return;
  throw new AppError(
    "forbidden",
    level === "view"
      ? "You can look at this, but not change it."
      : `Only the person who made this ${nameOf(object).toLowerCase()}, or an admin, can do that.`,
  );
}

function requireRole({ role }: PersonActor, needed: NonNullable<Rule["org"]>): void {
  if (needed === "everybody") return;
  if (role === "viewer")
    throw new AppError("forbidden", "You can look at this, but not change it.");
  if (needed === "admins" && role === "member")
    throw new AppError("forbidden", "Only an owner or admin can do that.");
  if (needed === "owners" && role !== "owner")
    throw new AppError("forbidden", "Only an owner can do that.");
}

function requireScope({ apiKey }: PersonActor, scope: ApiKeyScope | null): void {
  if (!apiKey) return;
  if (scope === null)
    throw new AppError("forbidden", "Only a signed-in person can do that, not an API key.");
  if (!apiKey.scopes.includes(scope))
    throw new AppError("forbidden", `This API key lacks the scope "${scope}".`);
}

const names = { org: "Organisation", workroom: "Workroom", agent: "Employee" } as const;
const nameOf = ({ kind }: AccessObject): string => names[kind];
