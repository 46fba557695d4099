import type { ApiKeyScope } from "@/lib/protocol/api-keys";

/** Everybody who can ask, besides a program with a key. All but the first four are in the organisation of the room. */
export const people = [
  "anonymous",
  "foreigner", // of another organisation, asks in that one
  "intruder", // of another organisation, names this one
  "removed", // was a member until a moment ago
  "viewer",
  "member", // with whom nothing is shared
  "viewSharee",
  "editSharee",
  "viewerWithEdit", // a viewer: a share to edit lets them look, no more
  "roomOwner", // a plain member who made the room
  "admin",
] as const;
export type PersonName = (typeof people)[number];

/** Programs: a key of one scope each, of the person that the row's profile names. */
export const keys = ["readKey", "writeKey", "runKey", "adminKey"] as const;
export type KeyName = (typeof keys)[number];
export type Caller = PersonName | KeyName;
export const callers: readonly Caller[] = [...people, ...keys];

export type Outcome = "ok" | "unauthenticated" | "forbidden" | "not_found";
export type Openness = "private" | "open";

/** Whether the caller may. The columns that never differ (nobody, not a member) are filled in by `expected`. */
export type Profile = {
  /** The scope that a key needs; null: no key may. */
  scope: ApiKeyScope | null;
  /** Whose keys ask: somebody who may. */
  keysOf: "roomOwner" | "admin";
  foreigner: "ok" | "not_found";
  /** viewer, member, viewSharee, editSharee, viewerWithEdit, roomOwner, admin */
  private: Seven;
  open: Seven;
};
type Seven = readonly [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome];
const insiders = people.slice(4);

const [ok, no, nf] = ["ok", "forbidden", "not_found"] as const;
const everybody: Seven = [ok, ok, ok, ok, ok, ok, ok];

/** Looks into a room. */
export const readsRoom: Profile = {
  scope: "read",
  keysOf: "roomOwner",
  foreigner: nf,
  private: [nf, nf, ok, ok, ok, ok, nf],
  open: everybody,
};

/** Notes something of one's own about a room: a pin, a read mark. */
export const marksRoom: Profile = { ...readsRoom, scope: "write" };

/** Changes what is in a room. */
export const editsRoom: Profile = {
  scope: "write",
  keysOf: "roomOwner",
  foreigner: nf,
  private: [nf, nf, no, ok, no, ok, nf],
  open: [no, ok, ok, ok, no, ok, ok],
};

/** Runs something in a room. */
export const runsRoom: Profile = { ...editsRoom, scope: "run" };

/** Changes what its author alone may; the room's owner wrote it. */
export const editsOwnMessage: Profile = {
  ...editsRoom,
  private: [nf, nf, no, no, no, ok, nf],
  open: [no, no, no, no, no, ok, no],
};

/** Decides about a room: delete, publish, share. */
export const ownsRoom: Profile = {
  scope: "write",
  keysOf: "roomOwner",
  foreigner: nf,
  private: [nf, nf, no, no, no, ok, nf],
  open: [no, no, no, no, no, ok, ok],
};

/** Works with what the whole organisation has, named by its id: an employee. */
export const managesAgent: Profile = {
  ...ownsRoom,
  private: ownsRoom.open,
};

/** Looks at one thing of the organisation, named by its id. */
export const readsThing: Profile = { ...readsRoom, private: everybody };

/** Looks at what the whole organisation shares; another organisation sees its own. */
export const readsOrg: Profile = {
  scope: "read",
  keysOf: "admin",
  foreigner: ok,
  private: everybody,
  open: everybody,
};

/** Makes something new in the organisation. */
export const makes: Profile = {
  scope: "write",
  keysOf: "roomOwner",
  foreigner: ok,
  private: [no, ok, ok, ok, no, ok, ok],
  open: [no, ok, ok, ok, no, ok, ok],
};

/** Opens a workspace and sandbox of a program's own. */
export const opensSession: Profile = { ...makes, scope: "run" };

/** Changes a thing of the organisation that any member may, named by its id. */
export const changesThing: Profile = { ...makes, foreigner: nf };

/** Manages the organisation: its rules, members, models, audit log. */
export const manages: Profile = {
  scope: "admin",
  keysOf: "admin",
  foreigner: ok,
  private: [no, no, no, no, no, no, ok],
  open: [no, no, no, no, no, no, ok],
};

/** Manages one thing of the organisation that is named by its id. */
export const managesThing: Profile = { ...manages, foreigner: nf };

/** Looks at what members work with, and viewers don't. */
export const readsAsMember: Profile = {
  ...readsOrg,
  private: [no, ok, ok, ok, no, ok, ok],
  open: [no, ok, ok, ok, no, ok, ok],
};

/** Moves the files of a room to a bucket that admins have set up. */
export const movesRoom: Profile = { ...ownsRoom, scope: "admin" };

/** Ends the whole organisation: only its owners do, and no program. */
export const deletesOrg: Profile = {
  scope: null,
  keysOf: "admin",
  foreigner: ok,
  private: [no, no, no, no, no, no, no],
  open: [no, no, no, no, no, no, no],
};

/** Reads what is one's own: notifications, keys, sessions. */
export const readsOwn: Profile = { ...readsOrg };

/** Changes what is one's own; only a person in a browser does. */
export const ownThings: Profile = { ...readsOrg, scope: null };

/** Changes one thing of a person, named by its id; it is the room owner's. Nobody else so much as finds it. */
export const ownThing: Profile = {
  scope: null,
  keysOf: "roomOwner",
  foreigner: nf,
  private: [nf, nf, nf, nf, nf, ok, nf],
  open: [nf, nf, nf, nf, nf, ok, nf],
};

/** The session of the room owner: nobody else so much as finds it. */
export const readsSession: Profile = { ...ownThing, scope: "read" };
export const endsSession: Profile = { ...ownThing, scope: "write" };

/** Revokes an API key of the room owner: they, or an admin. */
export const revokesKey: Profile = {
  ...ownThing,
  private: [nf, nf, nf, nf, nf, ok, ok],
  open: [nf, nf, nf, nf, nf, ok, ok],
};

const scopeOfKey: Record<KeyName, ApiKeyScope> = {
  readKey: "read",
  writeKey: "write",
  runKey: "run",
  adminKey: "admin",
};
export const isKey = (caller: Caller): caller is KeyName => caller in scopeOfKey;
export const scopesOf = (key: KeyName): ApiKeyScope[] => [scopeOfKey[key]];

/** The one outcome that a cell has. */
export function expected(profile: Profile, openness: Openness, caller: Caller): Outcome {
  if (isKey(caller)) return profile.scope === scopeOfKey[caller] ? "ok" : "forbidden";
  if (caller === "anonymous") return "unauthenticated";
  if (caller === "intruder" || caller === "removed") return "not_found";
  if (caller === "foreigner") return profile.foreigner;
  const outcome = profile[openness][insiders.indexOf(caller)];
  if (outcome === undefined) throw new Error(`no column of ${caller}`);
  return outcome;
}
