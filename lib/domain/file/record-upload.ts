import { eq } from "drizzle-orm";
import { workrooms } from "@/lib/db/schema";
import { FileNode, type TableProfile } from "@/lib/protocol/files";
import { appendChatEvents } from "../chat/append-chat-events";
import { findMainChat } from "../chat/find-main-chat";
import { flushWorkspace } from "../commit/flush-workspace";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { isTablePath, readProfile } from "./profile-file";
import { runOnHost } from "./run-on-host";

/**
 * Takes note of a file that was streamed into the room: it is made durable, a draft becomes a room, tables show their
 * profile in the main chat, and a checkpoint follows.
 */
export async function recordUpload(
  ctx: Context,
  { workroomId, path }: { workroomId: string; path: string },
): Promise<FileNode> {
  const node = FileNode.parse(await runOnHost(ctx.host, workroomId, "stat", { path }));
  const profile = isTablePath(path)
    ? await readProfile(ctx, workroomId, path).catch(() => null)
    : null;
  const cause = { reason: "upload", turnId: null, actorId: actorId(ctx) } as const;
  const chatId = await flushWorkspace(ctx, { workroomId, cause, paths: [path] }, async (tx) => {
    await loadWorkroomIn(tx, ctx, "workroom.write", workroomId, { lock: true });
    const values = { isDraft: false, lastActiveAt: ctx.now() };
    await tx.update(workrooms).set(values).where(eq(workrooms.id, workroomId));
    await writeAudit(tx, ctx, "file.upload", workroomId, { path, size: node.size });
    await ctx.jobs.enqueue(tx, {
      name: "checkpoint_workroom",
      orgId: ctx.orgId,
      workroomId,
      actorId: actorId(ctx),
    });
    const chat = await findMainChat(tx, workroomId);
    if (chat && profile) await appendChatEvents(tx, ctx, chat.id, [profileEvent(profile)]);
    return chat?.id;
  });
  if (chatId) publishChat(ctx, chatId);
  publishWorkroom(ctx, workroomId);
  return node;
}

const profileEvent = (profile: TableProfile) =>
  ({ type: "chat/profile", turnId: null, data: profile }) as const;
