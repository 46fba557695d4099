"use client";
import { useState } from "react";
import { ApiError, errorText } from "@/lib/client/api";
import { sendMessage } from "@/lib/client/queries/chats";

export type OutboxMessage = {
  /** Also the idempotency key: however often it is sent, the chat gets it once. */
  key: string;
  text: string;
  attachments: string[];
  state: "sending" | "failed";
  error: string | null;
};

const RETRY_DELAYS_MS = [500, 2_000, 5_000, 10_000] as const;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A lost answer says nothing about whether the message arrived, so it is sent again under the same key. */
async function sendWithRetry(chatId: string, message: OutboxMessage): Promise<void> {
  const { key, text, attachments } = message;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await sendMessage(chatId, { text, attachments, idempotencyKey: key });
      return;
    } catch (error) {
      const delay = RETRY_DELAYS_MS[attempt];
      const isTransient = error instanceof ApiError && (error.status === 0 || error.status === 503);
      if (delay === undefined || !isTransient) throw error;
      await pause(delay);
    }
  }
}

/** Messages on their way: each stays here until the server has it, and can be tried again or taken back. */
export function useOutbox(chatId: string) {
  const [messages, setMessages] = useState<readonly OutboxMessage[]>([]);

  const change = (key: string, fields: Partial<OutboxMessage>) =>
    setMessages((list) =>
      list.map((message) => (message.key === key ? { ...message, ...fields } : message)),
    );
  const drop = (key: string) =>
    setMessages((list) => list.filter((message) => message.key !== key));

  const deliver = async (message: OutboxMessage) => {
    try {
      await sendWithRetry(chatId, message);
      drop(message.key);
    } catch (error) {
      change(message.key, { state: "failed", error: errorText(error) });
    }
  };

  const send = (text: string, attachments: string[]) => {
    const key = crypto.randomUUID();
    const message: OutboxMessage = { key, text, attachments, state: "sending", error: null };
    setMessages((list) => [...list, message]);
    void deliver(message);
  };

  const retry = (message: OutboxMessage) => {
    change(message.key, { state: "sending", error: null });
    void deliver(message);
  };

  return { messages, send, retry, drop };
}
