"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useLiveSocket } from "@/lib/client/live-context";
import { appKeys } from "@/lib/client/queries/apps";
import { changeKeys } from "@/lib/client/queries/changes";
import { fileKeys } from "@/lib/client/queries/files";
import type { ChatEvent } from "@/lib/protocol/events";
import { ChatLog, type ChatSnapshot } from "./chat-log";
import { emptyChat } from "./chat-state";

const serverSnapshot: ChatSnapshot = { chat: emptyChat, status: "loading", error: null };

/** After these the files in the room may differ from what the page has fetched. */
const movesFiles = ({ type }: ChatEvent) =>
  type === "chat/checkpoint" || type === "chat/turn" || type === "chat/profile";

/** The chat of a room, live. `retry` reads again after a failure. */
export function useChat(workroomId: string, chatId: string) {
  const socket = useLiveSocket();
  const client = useQueryClient();
  const log = useMemo(
    () =>
      new ChatLog(chatId, (events) => {
        if (!events.some(movesFiles)) return;
        const changed = [
          fileKeys.all(workroomId),
          changeKeys.all(workroomId),
          appKeys.detail(workroomId),
          appKeys.candidates(workroomId),
        ];
        for (const queryKey of changed) void client.invalidateQueries({ queryKey });
      }),
    [chatId, client, workroomId],
  );
  useEffect(() => log.follow(socket), [log, socket]);
  const snapshot = useSyncExternalStore(log.subscribe, log.snapshot, () => serverSnapshot);
  return { ...snapshot, retry: () => void log.catchUp() };
}
