import type { WebSocket } from "ws";
import { openTicket } from "@/lib/auth/open-ticket";
import type { Context, PersonActor, Ports } from "@/lib/domain/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Log } from "@/lib/log";
import { LiveClientMessage, type LiveServerMessage } from "@/lib/protocol/live";
import { toAppError } from "../send-failure";
import { closeWith, Inbox, parseJson } from "./hello";
import { LiveFeeds } from "./live-feeds";
import { RoomPresence } from "./room-presence";
import type { SessionWatch } from "./session-watch";

const PING_EVERY_MS = 15_000;
const SILENCE_LIMIT_MS = 45_000;

/** Serves `/ws/live`, see lib/protocol/live.ts. */
export async function serveLiveSocket(
  socket: WebSocket,
  ports: Ports,
  watch: SessionWatch,
  log: Log,
): Promise<void> {
  socket.on("error", () => socket.terminate());
  const inbox = new Inbox(socket);
  try {
    const hello = LiveClientMessage.safeParse(parseJson(await inbox.first()));
    if (!hello.success || hello.data.type !== "hello")
      throw new AppError("unauthenticated", "The first message must be hello with a ticket.");
    const { signedIn } = await openTicket(ports, hello.data.ticket, "live");
    const ctx = { ...ports, ...signedIn, requestId: newId("request") };
    runLiveSocket(socket, inbox, ctx, watch, log);
  } catch (error) {
    closeWith(socket, toAppError(error, log));
  }
}

function runLiveSocket(
  socket: WebSocket,
  inbox: Inbox,
  ctx: Context & { actor: PersonActor },
  watch: SessionWatch,
  log: Log,
): void {
  const send = (message: LiveServerMessage) => sendText(socket, JSON.stringify(message));
  const report = (error: unknown) => {
    const { code, message } = toAppError(error, log);
    void send({ type: "error", code, message });
  };
  const feeds = new LiveFeeds(ctx, (text) => sendText(socket, text), report);
  const presence = new RoomPresence({ ctx, watch, send, report });
  const endWatch = watch.add({
    actor: ctx.actor,
    orgId: ctx.orgId,
    close: (why) => closeWith(socket, why),
  });
  const endSignals = ctx.bus.subscribe((signal) => {
    feeds.onSignal(signal);
    presence.onSignal(signal);
  });
  const endPings = keepAlive(socket, () => {
    void send({ type: "ping" });
    feeds.wakeAll(); // A signal may have been lost.
    presence.beat();
  });
  socket.on("close", () => {
    endWatch();
    endSignals();
    endPings();
    feeds.close();
    presence.close();
  });
  void send({ type: "ready" });
  inbox.listen(({ bytes }) => {
    const message = LiveClientMessage.safeParse(parseJson(bytes.toString("utf8")));
    if (!message.success) {
      closeWith(socket, new AppError("invalid_input", "This message can't be read."));
      return;
    }
    if (message.data.type === "subscribe_chat")
      feeds.subscribe(message.data.chatId, message.data.after);
    if (message.data.type === "unsubscribe_chat") feeds.unsubscribe(message.data.chatId);
    if (message.data.type === "view_room") presence.view(message.data.workroomId);
  });
}

/** Calls `beat` at intervals and ends a socket whose other side has fallen silent. */
function keepAlive(socket: WebSocket, beat: () => void): () => void {
  let lastHeardAt = performance.now();
  socket.on("message", () => {
    lastHeardAt = performance.now();
  });
  const timer = setInterval(() => {
    if (performance.now() - lastHeardAt > SILENCE_LIMIT_MS) socket.terminate();
    else beat();
  }, PING_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Resolves when the text was handed to the network: the callback of `send` is the backpressure. */
function sendText(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(text, () => resolve());
  });
}
