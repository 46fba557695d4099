import { EVERYBODY } from "@/lib/db/schema";
import { authorize } from "@/lib/domain/authorize";
import { findChatObject } from "@/lib/domain/chat/load-chat";
import { readEvents } from "@/lib/domain/chat/read-events";
import type { Context } from "@/lib/domain/context";
import { actorId } from "@/lib/domain/system-context";
import { viewWorkroom } from "@/lib/domain/workroom/view-workroom";
import { AppError } from "@/lib/errors";
import type { BusSignal } from "@/lib/ports/event-bus";
import type { LiveServerMessage } from "@/lib/protocol/live";
import { ChatFeed } from "./chat-feed";
import { findRemovedWorkroom } from "./find-removed-workroom";

const MAX_CHATS = 50;

/** Everything one live socket follows: chats it has asked for, and the rooms its person may see. */
export class LiveFeeds {
  readonly #chats = new Map<string, ChatFeed>();
  /** Rooms to look at; true: this person had the room, and is told when they have it no more. */
  readonly #changedRooms = new Map<string, boolean>();
  #isSendingRooms = false;
  #isClosed = false;

  constructor(
    private readonly ctx: Context,
    private readonly sendText: (text: string) => Promise<void>,
    private readonly report: (error: unknown) => void,
  ) {}

  subscribe(chatId: string, after: number): void {
    if (!this.#chats.has(chatId) && this.#chats.size >= MAX_CHATS) {
      this.report(new AppError("limit_exceeded", "This page follows too many chats."));
      return;
    }
    this.unsubscribe(chatId);
    const feed = new ChatFeed(
      after,
      (cursor, limit) => readEvents(this.ctx, chatId, cursor, limit),
      // Events are text already; joining it spares a second serialisation of the whole batch.
      (events) =>
        this.sendText(
          `{"type":"chat_events","chatId":${JSON.stringify(chatId)},"events":${events}}`,
        ),
      (error) => {
        this.unsubscribe(chatId);
        this.report(error);
      },
      () => findChatObject(this.ctx, chatId),
    );
    this.#chats.set(chatId, feed);
    feed.wake();
  }

  unsubscribe(chatId: string): void {
    this.#chats.get(chatId)?.close();
    this.#chats.delete(chatId);
  }

  onSignal(signal: BusSignal): void {
    if (this.#isClosed || signal.orgId !== this.ctx.orgId) return;
    if (signal.type === "chat") {
      const feed = this.#chats.get(signal.chatId);
      if (signal.events) feed?.offer(signal.events);
      else feed?.wake();
    }
    if (signal.type === "workroom") this.#onRoom(signal);
  }

  #onRoom({ workroomId, userId }: Extract<BusSignal, { type: "workroom" }>): void {
    const isOurs = userId === EVERYBODY || userId === actorId(this.ctx);
    if (userId !== undefined && !isOurs) return;
    this.#changedRooms.set(workroomId, isOurs || this.#changedRooms.get(workroomId) === true);
    if (!this.#isSendingRooms) void this.#sendRooms();
  }

  wakeAll(): void {
    for (const feed of this.#chats.values()) feed.wake();
  }

  close(): void {
    this.#isClosed = true;
    for (const chatId of this.#chats.keys()) this.unsubscribe(chatId);
  }

  /** Many signals of one room in a row make one message: the view is read when its turn comes. */
  async #sendRooms(): Promise<void> {
    this.#isSendingRooms = true;
    try {
      for (const [workroomId, wasOurs] of this.#changedRooms) {
        this.#changedRooms.delete(workroomId);
        const message = await this.#roomMessage(workroomId, wasOurs);
        if (message !== null && !this.#isClosed) await this.sendText(JSON.stringify(message));
      }
    } catch (error) {
      if (!this.#isClosed) this.report(error);
    } finally {
      this.#isSendingRooms = false;
    }
  }

  async #roomMessage(workroomId: string, wasOurs: boolean): Promise<LiveServerMessage | null> {
    try {
      return { type: "workroom", workroom: await viewWorkroom(this.ctx, workroomId) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The computer of an employee whose workspace was turned off, told to those who may know of it.
      if (error.code === "conflict") return { type: "workroom_removed", workroomId };
      if (error.code !== "not_found") throw error;
    }
    if (wasOurs) return { type: "workroom_removed", workroomId };
    // Gone for everybody, or never this person's: only the first may be told.
    const removed = await findRemovedWorkroom(this.ctx, workroomId);
    if (removed === null) return null;
    try {
      authorize(this.ctx, "workroom.read", removed);
      return { type: "workroom_removed", workroomId };
    } catch {
      return null;
    }
  }
}
