import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { EventLog } from "../events/event-log";

/** `GET /host-events?hostId=&after=N`: NDJSON, first what was kept, then live. */
export async function sendEvents(res: ServerResponse, url: URL, events: EventLog): Promise<void> {
  const gone = new AbortController();
  res.on("close", () => gone.abort());
  res.writeHead(200, { "content-type": "application/x-ndjson", connection: "close" });
  res.flushHeaders();
  const after = Number(url.searchParams.get("after") ?? 0);
  const cursor = {
    hostId: url.searchParams.get("hostId") ?? "",
    n: Number.isInteger(after) ? after : 0,
  };
  const lines = async function* () {
    for await (const event of events.read(cursor, gone.signal)) yield `${JSON.stringify(event)}\n`;
  };
  await pipeline(lines(), res).catch(() => res.destroy());
}
