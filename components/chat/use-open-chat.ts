"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/lib/client/api";
import { chatKeys, chatsQuery, createChat } from "@/lib/client/queries/chats";
import { showToast } from "@/lib/client/toast";
import type { ChatView, WorkroomView } from "@/lib/protocol/views";

const keyOf = (workroomId: string) => `workroom.chat.${workroomId}`;

function readChosen(workroomId: string): string | null {
  try {
    return localStorage.getItem(keyOf(workroomId));
  } catch {
    return null;
  }
}

function keepChosen(workroomId: string, chatId: string): void {
  try {
    localStorage.setItem(keyOf(workroomId), chatId);
  } catch {
    // The next visit begins with the first chat.
  }
}

export type OpenChat = ReturnType<typeof useOpenChat>;

/** Which of a room's chats is open. It is kept per browser; a chat that is gone gives way to the first one. */
export function useOpenChat(workroom: WorkroomView) {
  const client = useQueryClient();
  const { data: chats = [] } = useQuery(chatsQuery(workroom.id));
  const [chosen, setChosen] = useState(() => readChosen(workroom.id));
  const workroomId = workroom.id;
  const open = (chatId: string) => {
    keepChosen(workroomId, chatId);
    setChosen(chatId);
  };
  const create = useMutation({
    mutationFn: () => createChat(workroomId),
    onSuccess: (chat) => {
      client.setQueryData<ChatView[]>(chatKeys.list(workroomId), (old = []) => [...old, chat]);
      open(chat.id);
    },
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  const isKnown = chosen !== null && chats.some((chat) => chat.id === chosen);
  return {
    chats,
    chatId: isKnown ? chosen : workroom.mainChatId,
    open,
    create: () => create.mutate(),
    isCreating: create.isPending,
  };
}
