import { inSystem } from "@/lib/db/client";
import type { MemberRole } from "@/lib/db/schema";
import { newApiKeySecret } from "@/lib/domain/identity/api-key-secret";
import type { Ports } from "@/lib/domain/context";
import { type IdKind, newId } from "@/lib/ids";
import { type KeyName, keys, type Openness, people, type PersonName } from "./profiles";
import { insertKeys, insertPeople, insertRoom, insertThings } from "./world-rows";

const roles: Record<Exclude<PersonName, "anonymous">, MemberRole> = {
  foreigner: "owner",
  intruder: "owner",
  removed: "admin",
  viewer: "viewer",
  member: "member",
  viewSharee: "member",
  editSharee: "member",
  viewerWithEdit: "viewer",
  roomOwner: "member",
  admin: "admin",
};

/** The things of a world, by the name that a verb's input calls them. */
export const idKinds = {
  workroomId: "workroom",
  chatId: "chat",
  messageId: "message",
  turnId: "turn",
  appId: "app",
  versionId: "appVersion",
  modelKeyId: "modelKey",
  storageId: "storage",
  sessionId: "session",
  invitationId: "invitation",
  apiKeyId: "apiKey",
  pushSubscriptionId: "pushSubscription",
  agentId: "agent",
  pluginId: "plugin",
  runId: "run",
  workspaceSessionId: "workspaceSession",
} as const satisfies Record<string, IdKind>;

export type Inhabitant = { userId: string; sessionId: string; orgId: string; role: MemberRole };
export type World = Awaited<ReturnType<typeof makeWorld>>;

/** An organisation with everybody of the table in it, one room, and one thing of each kind. */
export async function makeWorld(ports: Ports, dataDir: string, openness: Openness) {
  const orgId = newId("org");
  const inhabitants = Object.fromEntries(
    people.flatMap((name) => (name === "anonymous" ? [] : [[name, inhabitant(name, orgId)]])),
  ) as Record<Exclude<PersonName, "anonymous">, Inhabitant>;
  const ids = Object.fromEntries(
    Object.entries(idKinds).map(([name, kind]) => [name, newId(kind)]),
  ) as Ids;
  const secrets = { roomOwner: newSecrets(), admin: newSecrets() };
  await inSystem(ports.db, async (tx) => {
    await insertPeople(tx, orgId, Object.values(inhabitants), inhabitants.removed);
    await insertRoom(tx, { orgId, openness, ids, inhabitants });
    await insertThings(tx, { orgId, ids, inhabitants });
    await insertKeys(tx, { orgId, ids, inhabitants }, secrets);
  });
  return { ports, orgId, openness, ids, inhabitants, secrets, dataDir };
}

type Ids = Record<keyof typeof idKinds, string>;
export type WorldSecrets = Record<"roomOwner" | "admin", Record<KeyName, string>>;
export type WorldParts = {
  orgId: string;
  ids: Ids;
  inhabitants: Record<Exclude<PersonName, "anonymous">, Inhabitant>;
};

const inhabitant = (name: Exclude<PersonName, "anonymous">, orgId: string): Inhabitant => ({
  userId: newId("user"),
  sessionId: newId("session"),
  orgId: name === "foreigner" || name === "intruder" ? newId("org") : orgId,
  role: roles[name],
});

const newSecrets = () =>
  Object.fromEntries(keys.map((key) => [key, newApiKeySecret()])) as Record<KeyName, string>;

/** What an input's field is, by its name; a row of the table may say otherwise. */
export const fieldValues = ({ ids }: World): Record<string, unknown> => ({
  ...ids,
  objectId: ids.workroomId,
  workspaceId: ids.workroomId,
  title: "T",
  text: "text",
  path: "a.txt",
  from: "a.txt",
  to: "b.txt",
  sourcePath: "site",
  command: "true",
  idempotencyKey: newId("request"),
  provider: "openai-compatible",
  modelId: "m",
  baseUrl: "http://127.0.0.1:9",
  audience: "public",
});
