import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inSystem } from "@/lib/db/client";
import {
  apiKeys,
  apps,
  appVersions,
  chats,
  events,
  invitations,
  messages,
  modelKeys,
  orgMembers,
  orgs,
  pushSubscriptions,
  sessions,
  turns,
  users,
  workrooms,
  workroomShares,
  type MemberRole,
} from "@/lib/db/schema";
import { hashApiKey, newApiKeySecret } from "@/lib/domain/identity/api-key-secret";
import { takeCheckpoint } from "@/lib/domain/checkpoint/take-checkpoint";
import type { Ports } from "@/lib/domain/context";
import { systemContext } from "@/lib/domain/system-context";
import { type IdKind, newId, randomBase32 } from "@/lib/ids";
import { type KeyName, keys, type Openness, people, type PersonName, scopesOf } from "./profiles";

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
  sessionId: "session",
  invitationId: "invitation",
  apiKeyId: "apiKey",
  pushSubscriptionId: "pushSubscription",
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

type Tx = Parameters<Parameters<typeof inSystem>[1]>[0];
type Ids = Record<keyof typeof idKinds, string>;
type Parts = {
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

async function insertPeople(tx: Tx, orgId: string, all: Inhabitant[], removed: Inhabitant) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const homes = new Set([orgId, ...all.map((one) => one.orgId)]);
  await tx
    .insert(orgs)
    .values([...homes].map((id) => ({ id, slug: id.replace("_", "-"), name: "Org" })));
  await tx
    .insert(users)
    .values(
      all.map(({ userId }) => ({ id: userId, email: `${userId}@example.test`, name: "Ada" })),
    );
  const members = all.filter((one) => one !== removed);
  await tx
    .insert(orgMembers)
    .values(members.map(({ userId, role, orgId: home }) => ({ orgId: home, userId, role })));
  await tx
    .insert(sessions)
    .values(all.map(({ sessionId, userId }) => ({ id: sessionId, userId, expiresAt })));
}

async function insertRoom(tx: Tx, parts: Parts & { openness: Openness }) {
  const { orgId, openness, ids, inhabitants } = parts;
  const createdBy = inhabitants.roomOwner.userId;
  await tx.insert(workrooms).values({
    id: ids.workroomId,
    orgId,
    title: "Room",
    createdBy,
    openness,
    desiredState: "sleeping",
    state: "sleeping",
    previewKey: randomBase32(20),
  });
  const shares = [
    ["viewSharee", "view"],
    ["editSharee", "edit"],
    ["viewerWithEdit", "edit"],
    ["removed", "edit"], // a share outlives the membership, and is worth nothing
  ] as const;
  await tx.insert(workroomShares).values(
    shares.map(([name, access]) => {
      const { userId } = inhabitants[name];
      return { orgId, workroomId: ids.workroomId, userId, access, createdBy };
    }),
  );
}

async function insertThings(tx: Tx, { orgId, ids, inhabitants }: Parts) {
  const { workroomId, chatId, messageId } = ids;
  const createdBy = inhabitants.roomOwner.userId;
  await tx.insert(chats).values({ id: chatId, orgId, workroomId, title: "Chat", createdBy });
  await tx.insert(messages).values({
    id: messageId,
    orgId,
    chatId,
    authorId: createdBy,
    text: "Hello",
    position: 1,
    idempotencyKey: "first",
  });
  await tx.insert(turns).values({
    id: ids.turnId,
    orgId,
    chatId,
    workroomId,
    messageId,
    state: "done",
    finishedAt: new Date(),
    changedFiles: 1,
    epoch: 1,
    employeeLabel: "Demo",
  });
  const slug = `app-${randomBase32(10)}`;
  await tx
    .insert(apps)
    .values({ id: ids.appId, orgId, workroomId, slug, createdBy, liveVersionId: ids.versionId });
  await tx.insert(appVersions).values({
    id: ids.versionId,
    orgId,
    appId: ids.appId,
    number: 1,
    checkpointId: "c",
    manifest: { key: "k", sha256: "0".repeat(64), entryCount: 0, totalBytes: 0 },
    sourcePath: "",
    isFile: false,
    fileCount: 0,
    totalBytes: 0,
    publishedBy: createdBy,
  });
  await insertManagedThings(tx, { orgId, ids, inhabitants });
}

async function insertManagedThings(tx: Tx, { orgId, ids, inhabitants }: Parts) {
  const createdBy = inhabitants.roomOwner.userId;
  await tx.insert(invitations).values({
    id: ids.invitationId,
    orgId,
    email: "invited@example.test",
    role: "member",
    secretHash: randomBase32(20),
    invitedBy: inhabitants.admin.userId,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await tx.insert(pushSubscriptions).values({
    id: ids.pushSubscriptionId,
    orgId,
    userId: createdBy,
    sessionId: ids.sessionId,
    endpoint: `https://push.example.test/${ids.pushSubscriptionId}`,
    p256dh: "p",
    auth: "a",
  });
  await tx.insert(sessions).values({
    id: ids.sessionId,
    userId: createdBy,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await tx.insert(apiKeys).values({
    id: ids.apiKeyId,
    orgId,
    userId: createdBy,
    name: "Robot",
    secretHash: randomBase32(20),
    lastFour: "1234",
    scopes: ["read"],
  });
  await tx.insert(modelKeys).values({
    id: ids.modelKeyId,
    orgId,
    provider: "openai-compatible",
    label: "L",
    modelId: "m",
    baseUrl: "http://127.0.0.1:9",
    secretBox: "box",
    lastFour: "1234",
    createdBy: inhabitants.admin.userId,
  });
}

/** The organisation's owner, whom nobody of the table is. */
export async function addOwner({ ports, orgId }: World): Promise<void> {
  const userId = newId("user");
  await inSystem(ports.db, async (tx) => {
    await tx.insert(users).values({ id: userId, email: `${userId}@example.test`, name: "Owner" });
    await tx.insert(orgMembers).values({ orgId, userId, role: "owner" });
  });
}

const newSecrets = () =>
  Object.fromEntries(keys.map((key) => [key, newApiKeySecret()])) as Record<KeyName, string>;

/** A key of each scope, of the room's owner and of an admin. */
async function insertKeys(
  tx: Tx,
  { orgId, inhabitants }: Parts,
  secrets: Record<"roomOwner" | "admin", Record<KeyName, string>>,
) {
  const owners = ["roomOwner", "admin"] as const;
  await tx.insert(apiKeys).values(
    owners.flatMap((owner) =>
      keys.map((key) => ({
        id: newId("apiKey"),
        orgId,
        userId: inhabitants[owner].userId,
        name: key,
        secretHash: hashApiKey(secrets[owner][key]),
        lastFour: secrets[owner][key].slice(-4),
        scopes: scopesOf(key),
      })),
    ),
  );
}

/** What an input's field is, by its name; a row of the table may say otherwise. */
export const fieldValues = ({ ids }: World): Record<string, unknown> => ({
  ...ids,
  objectId: ids.workroomId,
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

/** One entry in the chat's log. */
export async function writeEvent({ ports, orgId, ids }: World): Promise<void> {
  const entry = { chatId: ids.chatId, seq: 1, orgId, source: "chat", type: "chat/notice" } as const;
  await inSystem(ports.db, (tx) =>
    tx
      .insert(events)
      .values({ ...entry, ts: ports.now(), data: {} })
      .onConflictDoNothing(),
  );
}

/** A text, a table and a page in the room. */
export async function writeFiles({ dataDir, ids }: World): Promise<void> {
  const root = join(dataDir, "rooms", ids.workroomId, "workspace");
  await mkdir(join(root, "site"), { recursive: true });
  await writeFile(join(root, "a.txt"), "a\n");
  await writeFile(join(root, "t.csv"), "a,b\n1,2\n");
  await writeFile(join(root, "site/index.html"), "<p>hello");
}

/** The same, saved in the store. */
export async function saveFiles(world: World): Promise<void> {
  await writeFiles(world);
  const ctx = systemContext(world.ports, world.orgId, "test");
  const cause = { reason: "edit", turnId: null, actorId: "test" } as const;
  await takeCheckpoint(ctx, world.ids.workroomId, cause);
}
