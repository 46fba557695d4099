import { EventEmitter } from "node:events";
import { randomBytes } from "node:crypto";
import { Client, type Pool } from "pg";
import { z } from "zod";
import type { BusSignal, EventBus } from "@/lib/ports/event-bus";

const CHANNEL = "workroom_bus";
const RECONNECT_MS = 1_000;
const NOTIFY = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

const Notification = z.object({
  from: z.string(),
  signal: z.discriminatedUnion("type", [
    z.object({ type: z.literal("chat"), orgId: z.string(), chatId: z.string() }),
    z.object({
      type: z.literal("workroom"),
      orgId: z.string(),
      workroomId: z.string(),
      userId: z.string().exactOptional(),
    }),
    z.object({ type: z.literal("presence"), orgId: z.string(), workroomId: z.string() }),
  ]),
});

/** Listeners of this process hear at once; those of other processes over NOTIFY. */
export function postgresEventBus(
  pool: Pool,
  listenUrl: string,
): EventBus & { close(): Promise<void> } {
  const emitter = new EventEmitter().setMaxListeners(0);
  const self = randomBytes(8).toString("hex");
  const listener = keepListening(listenUrl, (payload) => {
    const parsed = Notification.safeParse(parseJson(payload));
    if (parsed.success && parsed.data.from !== self) emitter.emit("signal", parsed.data.signal);
  });
  return {
    publish(signal: BusSignal) {
      emitter.emit("signal", signal);
      const { events: _own, ...known } = { events: null, ...signal };
      const payload = JSON.stringify({ from: self, signal: known });
      // A lost signal costs a later look at the database, never content: nobody waits for it to be on disk.
      pool.query(NOTIFY, [CHANNEL, payload]).catch(() => undefined);
    },
    subscribe(listen) {
      emitter.on("signal", listen);
      return () => emitter.off("signal", listen);
    },
    close: listener.close,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function keepListening(url: string, onPayload: (payload: string) => void) {
  let isClosed = false;
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;

  const retry = () => {
    client = null;
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(connect, RECONNECT_MS);
    timer.unref();
  };
  const connect = () => {
    const next = new Client({ connectionString: url, application_name: "workroom bus" });
    client = next;
    next.on("notification", ({ payload }) => payload && onPayload(payload));
    next.on("error", () => undefined);
    next.once("end", retry);
    next
      .connect()
      .then(() => next.query(`listen ${CHANNEL}`))
      .catch(() => next.end().catch(() => undefined));
  };
  connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
