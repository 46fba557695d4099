import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HostEvent } from "@/lib/protocol/host";
import { openHostServer, roomId } from "@/test/host/host-server-kit";
import { createEventLog } from "../events/event-log";

const kit = openHostServer();

describe("events", () => {
  const usage = (turnId: string): HostEvent["event"] => ({
    type: "model_usage",
    roomId,
    turnId,
    provider: "anthropic",
    modelId: "m",
    inputTokens: 1,
    outputTokens: 2,
    costMicroUsd: 3,
    isEstimated: false,
  });
  const turnsOf = (seen: HostEvent[]) =>
    seen.map(({ event }) => (event.type === "model_usage" ? event.turnId : event.type));

  test("of spending survive restarts of the host and of the reader, until they are taken in", async () => {
    kit.events.append(usage("one"));
    kit.events.append({ type: "disk", isStopped: false, freeBytes: 1 });
    kit.events.append(usage("two"));
    await kit.stop();
    kit.begin("second");
    await kit.listen();
    kit.events.append(usage("three"));

    const seen: HostEvent[] = [];
    const first = new AbortController();
    for await (const event of kit.host.events(first.signal)) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    // "two" was handed over, but its reader went away before it asked for the next.
    expect(turnsOf(seen)).toEqual(["one", "two"]);
    const again: HostEvent[] = [];
    const second = new AbortController();
    for await (const event of kit.host.events(second.signal)) {
      again.push(event);
      if (again.length === 3) kit.events.append(usage("four"));
      if (again.length === 4) break;
    }
    expect(turnsOf(again)).toEqual(["one", "two", "three", "four"]);
    await kit.host.call("ackEvents", { hostId: "second", n: 2 });
    // Nothing but what came after the acknowledgement is left for the next life of the kit.host.
    kit.events.append(usage("five"));
    const later = createEventLog(join(kit.dataDir, "events.ndjson"), "third");
    for await (const { event } of later.read({ hostId: "", n: 0 }, new AbortController().signal)) {
      expect(event).toMatchObject({ turnId: "five" });
      break;
    }
  });

  test("go on after the host was away", async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { event } of kit.host.events(stop.signal))
        seen.push(event.type === "model_usage" ? event.turnId : event.type);
    })();
    kit.events.append(usage("one"));
    await expect.poll(() => seen).toEqual(["one"]);
    await kit.stop();
    kit.begin("second");
    kit.events.append(usage("two"));
    await kit.listen();
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(["one", "two"]);
    stop.abort();
    await reading;
  });
});
