import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import type { Api } from "./api";

export type Room = { id: string; mainChatId: string; state: string; title: string };
export type ExecOutcome = {
  stdout: string;
  stderr: string;
  exitCode: number | null;
  isTimedOut: boolean;
};

export const readRoom = (api: Api, id: string) => api.ask<Room>("GET", `/workrooms/${id}`);

/** A room of its own for a test, active. */
export async function makeRoom(api: Api, title: string): Promise<Room> {
  const made = await api.ask<Room>("POST", "/workrooms", { title, idempotencyKey: randomUUID() });
  await expect
    .poll(async () => (await readRoom(api, made.id)).state, { timeout: 30_000 })
    .toBe("active");
  return readRoom(api, made.id);
}

export const exec = (api: Api, id: string, command: string) =>
  api.ask<ExecOutcome>("POST", `/workrooms/${id}/exec`, { command, timeoutMs: 20_000 });

export const writeFile = (api: Api, id: string, path: string, text: string) =>
  api.ask("POST", `/workspaces/${id}/files/write`, { path, content: text });

export const sendMessage = (api: Api, chatId: string, text: string) =>
  api.ask<{ id: string }>("POST", `/chats/${chatId}/messages`, {
    text,
    attachments: [],
    idempotencyKey: randomUUID(),
  });

export type Turn = { id: string; state: string; message: string | null };

export async function lastTurn(api: Api, chatId: string): Promise<Turn | undefined> {
  const { turns } = await api.ask<{ turns: (Turn & { startedAt: string })[] }>(
    "GET",
    `/chats/${chatId}/turns`,
  );
  return turns.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).at(-1);
}

export type ChatEvent = { seq: number; type: string; turnId: string | null; data: unknown };

export async function readEvents(api: Api, chatId: string): Promise<ChatEvent[]> {
  const { events } = await api.ask<{ events: ChatEvent[] }>(
    "GET",
    `/chats/${chatId}/events?after=0&limit=1000`,
  );
  return events;
}
