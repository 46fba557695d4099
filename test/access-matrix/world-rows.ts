import type { inSystem } from "@/lib/db/client";
import {
  agents,
  apiKeys,
  apps,
  appVersions,
  chats,
  invitations,
  messages,
  modelKeys,
  orgMembers,
  orgs,
  plugins,
  pushSubscriptions,
  runs,
  sessions,
  storages,
  turns,
  users,
  workrooms,
  workroomShares,
  workspaceSessions,
} from "@/lib/db/schema";
import { hashApiKey } from "@/lib/domain/identity/api-key-secret";
import { newId, randomBase32 } from "@/lib/ids";
import { keys, type Openness, scopesOf } from "./profiles";
import type { Inhabitant, WorldParts, WorldSecrets } from "./world";

type Tx = Parameters<Parameters<typeof inSystem>[1]>[0];

export async function insertPeople(tx: Tx, orgId: string, all: Inhabitant[], removed: Inhabitant) {
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

export async function insertRoom(tx: Tx, parts: WorldParts & { openness: Openness }) {
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

export async function insertThings(tx: Tx, { orgId, ids, inhabitants }: WorldParts) {
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
  await tx.insert(runs).values({
    id: ids.runId,
    orgId,
    workroomId,
    kind: "python",
    source: "1 + 1",
    state: "succeeded",
    shown: { result: "2", tables: [], images: [], fault: null },
    timeoutMs: 1_000,
    createdBy,
  });
  await insertManagedThings(tx, { orgId, ids, inhabitants });
  await insertWorkspaces(tx, { orgId, ids, inhabitants });
}

/** An employee whose workspace is off, and a session. */
async function insertWorkspaces(tx: Tx, { orgId, ids, inhabitants }: WorldParts) {
  const { userId } = inhabitants.roomOwner;
  await tx.insert(agents).values({ id: ids.agentId, orgId, name: "Ada", createdBy: userId });
  const workroomId = newId("workroom");
  await tx.insert(workrooms).values({
    id: workroomId,
    orgId,
    kind: "session",
    title: "Session",
    createdBy: userId,
    root: `sessions/${orgId}/api/${ids.workspaceSessionId}`,
    desiredState: "sleeping",
    previewKey: randomBase32(20),
  });
  const session = { orgId, userId, workroomId, channel: "api", name: "Session" } as const;
  await tx.insert(workspaceSessions).values({ ...session, id: ids.workspaceSessionId });
}

async function insertManagedThings(tx: Tx, { orgId, ids, inhabitants }: WorldParts) {
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
  await tx.insert(plugins).values({
    id: ids.pluginId,
    orgId,
    name: "Plugin",
    sha256: "0".repeat(64),
    size: 8,
    key: `plugins/${orgId}/${"0".repeat(64)}.wasm`,
    createdBy,
  });
  await tx.insert(storages).values({
    id: ids.storageId,
    orgId,
    name: "Bucket",
    region: "us-east-1",
    bucket: "bucket",
    accessKeyId: "key",
    secretBox: "box",
    createdBy: inhabitants.admin.userId,
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

/** A key of each scope, of the room's owner and of an admin. */
export async function insertKeys(
  tx: Tx,
  { orgId, inhabitants }: WorldParts,
  secrets: WorldSecrets,
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
