import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { inOrg, inSystem } from "@/lib/db/client";
import { events, orgMembers, storages, users, workrooms } from "@/lib/db/schema";
import { takeCheckpoint } from "@/lib/domain/checkpoint/take-checkpoint";
import { systemContext } from "@/lib/domain/system-context";
import { newId } from "@/lib/ids";
import type { World } from "./world";

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

/** The bucket's secret as this installation seals it. */
export async function sealBucket({ ports, ids }: World): Promise<void> {
  const secretBox = ports.secrets.seal("secret", ids.storageId);
  await inSystem(ports.db, (tx) =>
    tx.update(storages).set({ secretBox }).where(eq(storages.id, ids.storageId)),
  );
}

/** The organisation's owner, whom nobody of the table is. */
export async function addOwner({ ports, orgId }: World): Promise<void> {
  const userId = newId("user");
  await inSystem(ports.db, async (tx) => {
    await tx.insert(users).values({ id: userId, email: `${userId}@example.test`, name: "Owner" });
    await tx.insert(orgMembers).values({ orgId, userId, role: "owner" });
  });
}

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

/** The room is said to be awake, and nothing answers in it. */
export async function seemAwake({ ports, orgId, ids }: World): Promise<void> {
  const awake = { state: "active", desiredState: "active", lastActiveAt: ports.now() } as const;
  await inOrg(ports.db, orgId, (tx) =>
    tx.update(workrooms).set(awake).where(eq(workrooms.id, ids.workroomId)),
  );
}
