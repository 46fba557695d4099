import type { IncomingMessage, ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { readInSystem } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { findChatObject } from "@/lib/domain/chat/load-chat";
import { readEvents } from "@/lib/domain/chat/read-events";
import type { Context, Ports } from "@/lib/domain/context";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { AppError, notFound, notFoundAs } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { ChatId } from "@/lib/protocol/ids";
import type { ChatEvent } from "@/lib/protocol/events";
import { callerName } from "@/lib/server/verbs/rate-limit";
import type { GatewayParts } from "../gateway-options";
import { toAppError } from "../send-failure";
import { ChatFeed } from "../sockets/chat-feed";
import { callerIn } from "./caller-in";

const BEAT_EVERY_MS = 15_000;
const RETRY_MS = 2_000;
/** Time for the last words of a stream to leave, before a reader that doesn't read is cut off. */
const LAST_WORDS_MS = 500;

/** Of one API key or session; a page or program that needs more is stuck in a loop. */
const MAX_STREAMS = 50;
const openStreams = new Map<string, number>();

const After = z.object({ after: z.coerce.number().int().min(0).default(0) });

/**
 * `GET /api/v1/chats/:chatId/events/stream`: a chat's log as server-sent events. Each has its sequence number as `id`,
 * so a reader that was cut off sends it back as `Last-Event-ID` (browsers do that themselves) and misses nothing. When
 * the right ends, the stream ends within a second, with an event `end` that says why.
 */
export async function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { ports, watch, log }: GatewayParts,
  chatId: string,
): Promise<void> {
  if (request.method !== "GET")
    throw new AppError("method_not_allowed", "Events are asked for with GET.");
  const { ctx, workroomId } = await openChat(ports, request, chatId);
  const after = readAfter(request);
  if (response.destroyed) return; // The reader left meanwhile: its "close" has passed and would end nothing.
  const leave = enter(callerName(ctx.actor));
  response.once("close", leave);
  const stream = new EventStream(response);
  const end = (failure: AppError) => stream.end(failure);
  const feed = new ChatFeed(
    after,
    (cursor, limit) => readEvents(ctx, chatId, cursor, limit),
    (batch) => stream.send(JSON.parse(batch) as ChatEvent[]),
    (error) => end(toAppError(error, log)),
    () => findChatObject(ctx, chatId),
  );
  const right = { action: "workroom.read", workroomId } as const;
  const stops = [
    watch.add({ actor: ctx.actor, orgId: ctx.orgId, right, close: end }),
    ports.bus.subscribe((signal) => {
      if (signal.type !== "chat" || signal.chatId !== chatId) return;
      if (signal.events) feed.offer(signal.events);
      else feed.wake();
    }),
    () => feed.close(),
  ];
  const timer = setInterval(() => {
    stream.beat();
    feed.wake(); // A signal may have been lost.
  }, BEAT_EVERY_MS).unref();
  response.once("close", () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
  feed.wake();
}

/** @throws AppError `limit_exceeded` when the caller has too many streams open already */
function enter(caller: string): () => void {
  const count = openStreams.get(caller) ?? 0;
  if (count >= MAX_STREAMS)
    throw new AppError("limit_exceeded", `Close a stream first: ${MAX_STREAMS} are open.`);
  openStreams.set(caller, count + 1);
  return () => {
    const left = (openStreams.get(caller) ?? 1) - 1;
    if (left === 0) openStreams.delete(caller);
    else openStreams.set(caller, left);
  };
}

async function openChat(ports: Ports, request: IncomingMessage, chatId: string) {
  const found = ChatId.safeParse(chatId).success ? await findChat(ports, chatId) : null;
  const caller = await callerIn(ports, request, found?.orgId ?? null).catch(notFoundAs("Chat"));
  if (found === null) throw notFound("Chat");
  const { actor, orgId } = caller;
  const ctx = { ...ports, actor, orgId, requestId: newId("request") } satisfies Context;
  await loadWorkroom(ctx, "workroom.read", found.workroomId).catch(notFoundAs("Chat"));
  return { ctx, workroomId: found.workroomId };
}

const findChat = ({ db }: Ports, chatId: string) =>
  readInSystem(db, async (tx) => {
    const columns = { orgId: chats.orgId, workroomId: chats.workroomId };
    const [chat] = await tx.select(columns).from(chats).where(eq(chats.id, chatId));
    return chat ?? null;
  });

/** What the reader has seen already: its header counts before the address, which stays the same when it comes again. */
function readAfter(request: IncomingMessage): number {
  const query = new URL(request.url ?? "/", "http://here.invalid").searchParams;
  const text = request.headers["last-event-id"] ?? query.get("after") ?? undefined;
  return After.parse({ after: text }).after;
}

/** One answer in the form of https://html.spec.whatwg.org/multipage/server-sent-events.html. */
class EventStream {
  constructor(private readonly response: ServerResponse) {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no", // nginx would keep events back until its buffer is full
    });
    void this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  send(events: readonly ChatEvent[]): Promise<void> {
    const blocks = events.map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
    return this.#write(blocks.join(""));
  }

  beat(): void {
    void this.#write(": beat\n\n");
  }

  end({ code, message }: AppError): void {
    if (this.response.writableEnded) return;
    this.response.end(`event: end\ndata: ${JSON.stringify({ code, detail: message })}\n\n`);
    setTimeout(() => this.response.destroy(), LAST_WORDS_MS).unref();
  }

  /** Resolves when the text was handed to the network, or when nobody is there any more: that is the backpressure. */
  #write(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.response.destroyed || this.response.writableEnded) resolve();
      else this.response.write(text, () => resolve());
    });
  }
}
