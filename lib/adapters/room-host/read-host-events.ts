import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { RoomHost } from "@/lib/ports/room-host";
import { HostEvent } from "@/lib/protocol/host";

const RECONNECT_MS = 500;
const ACK_EVERY = 50;

type Send = (options: RequestOptions & { timeoutMs?: number }) => {
  req: ClientRequest;
  answered: Promise<IncomingMessage>;
};
type Cursor = { hostId: string; n: number };

/**
 * Events of the host, across its restarts. Asking for the next event says that the one before is taken in: it is
 * acknowledged then, and never sent again.
 */
export async function* readHostEvents(
  host: Pick<RoomHost, "call">,
  send: Send,
  signal: AbortSignal,
): AsyncGenerator<HostEvent> {
  let taken: Cursor = { hostId: "", n: 0 };
  let unacknowledged = 0;
  let ackTimer: NodeJS.Timeout | undefined;
  const ack = () => {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    unacknowledged = 0;
    // A lost acknowledgement does no harm: the next one covers it.
    host.call("ackEvents", taken).catch(() => undefined);
  };
  while (!signal.aborted) {
    try {
      for await (const event of openEvents(send, taken, signal)) {
        yield event;
        taken = { hostId: event.hostId, n: event.n };
        unacknowledged += 1;
        ackTimer ??= globalThis.setTimeout(ack, RECONNECT_MS).unref();
        if (unacknowledged >= ACK_EVERY) ack();
      }
    } catch {
      // The host is down or was restarted; what it kept comes after the next connect.
    }
    if (!signal.aborted)
      await setTimeout(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
  if (unacknowledged > 0) ack();
}

async function* openEvents(
  send: Send,
  after: Cursor,
  signal: AbortSignal,
): AsyncGenerator<HostEvent> {
  const query = new URLSearchParams({ hostId: after.hostId, after: String(after.n) });
  const { req, answered } = send({ path: `/host-events?${query.toString()}`, signal });
  req.end();
  const res = await answered;
  if (res.statusCode !== 200) {
    res.destroy();
    return;
  }
  let rest = "";
  for await (const chunk of res.setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield HostEvent.parse(JSON.parse(line));
  }
}
