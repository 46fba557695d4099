import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { apps, appVersions, workrooms } from "@/lib/db/schema";
import { appendChatEvents } from "@/lib/domain/chat/append-chat-events";
import { systemContext } from "@/lib/domain/system-context";
import { newId } from "@/lib/ids";
import { writeManifest } from "@/lib/workspace/manifest";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import type { TestGateway } from "../gateway/start-gateway";
import type { World } from "./world";

/** What a room's file, its chat and its App say: nobody reads it who is refused. */
export const CANARY = "canary-of-the-room";

export type House = {
  gateway: TestGateway;
  world: World;
  port: number; // of a server in the room
  previewKey: string;
  slug: string;
};

/** A house of which every door leads somewhere: the room is awake, its files, chat and App hold the canary. */
export async function furnish(gateway: TestGateway, world: World, port: number): Promise<House> {
  const { workroomId, chatId, appId, versionId } = world.ids;
  await gateway.rooms.startRoom(workroomId);
  const workspace = gateway.rooms.workspace(workroomId);
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, "a.txt"), CANARY);
  const manifest = await writePage(gateway, workroomId);
  const ctx = systemContext(gateway.ports, world.orgId, "test");
  return inSystem(gateway.db, async (tx) => {
    const awake = { state: "active", desiredState: "active" } as const;
    const [room] = await tx
      .update(workrooms)
      .set(awake)
      .where(eq(workrooms.id, workroomId))
      .returning();
    const id = newId("appVersion");
    const [version] = await tx.select().from(appVersions).where(eq(appVersions.id, versionId));
    if (!room || !version) throw new Error("The world has a room and an App.");
    await tx
      .insert(appVersions)
      .values({ ...version, id, number: 2, manifest, sourcePath: "site" });
    const [app] = await tx
      .update(apps)
      .set({ liveVersionId: id })
      .where(eq(apps.id, appId))
      .returning();
    const data = { level: "info", text: CANARY };
    await appendChatEvents(tx, ctx, chatId, [{ type: "chat/notice", turnId: null, data }]);
    return { gateway, world, port, previewKey: room.previewKey, slug: app?.slug ?? "" };
  });
}

async function writePage({ ports }: TestGateway, workroomId: string) {
  const prefix = storePrefix(rootOf({ id: workroomId, root: null }));
  const body = Buffer.from(CANARY);
  const sha256 = createHash("sha256").update(body).digest("hex");
  const key = `${prefix}/seg/1-1-${sha256}`;
  await ports.store.put(key, body);
  const base = { mode: 0o644, mtimeMs: 1e12 };
  const extents = [{ key, offset: 0, length: body.length }];
  return writeManifest(ports.store, prefix, [
    { ...base, type: "directory", path: "site", mode: 0o755 },
    { ...base, type: "file", path: "site/index.html", size: body.length, sha256, extents },
  ]);
}
