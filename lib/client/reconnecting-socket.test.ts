import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { ReconnectingSocket } from "./reconnecting-socket";

let server: WebSocketServer;
let served: ServerSocket[] = [];
let line: ReconnectingSocket;
let events: string[] = [];
let page: EventTarget;

beforeEach(async () => {
  page = new EventTarget();
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  served = [];
  events = [];
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => served.push(socket));
  await once(server, "listening");
});
afterEach(async () => {
  line.stop();
  for (const socket of served) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
  vi.unstubAllGlobals();
});

const address = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
const openLine = (retryMs: number, connect = async () => new WebSocket(address())) =>
  new ReconnectingSocket({
    firstRetryMs: retryMs,
    maxRetryMs: retryMs,
    connect,
    onOpen: () => events.push("open"),
    onMessage: (message) => events.push(`got ${String(message)}`),
    onRetry: (reason) => events.push(`retry: ${reason instanceof Error ? reason.message : reason}`),
  });

describe("ReconnectingSocket", () => {
  it("comes back by itself after the line was cut, and says why it was", async () => {
    line = openLine(10);
    line.start();
    await vi.waitFor(() => expect(events).toEqual(["open"]));
    served[0]?.close(1000, "The server goes down.");
    await vi.waitFor(() =>
      expect(events).toEqual(["open", "retry: The server goes down.", "open"]),
    );
    served[1]?.send("hello");
    await vi.waitFor(() => expect(events.at(-1)).toBe("got hello"));
  });

  it("tries again when no ticket was given, at once when the network is back", async () => {
    let tries = 0;
    line = openLine(60_000, async () => {
      tries += 1;
      if (tries === 1) throw new Error("no ticket");
      return new WebSocket(address());
    });
    line.start();
    await vi.waitFor(() => expect(events).toEqual(["retry: no ticket"]));
    page.dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(events).toEqual(["retry: no ticket", "open"]));
    expect(line.attempt).toBe(1);
    line.accept();
    expect(line.attempt).toBe(0);
  });

  it("hears nothing of a line that it has left", async () => {
    line = openLine(10);
    line.start();
    await vi.waitFor(() => expect(served).toHaveLength(1));
    await vi.waitFor(() => expect(events).toEqual(["open"]));
    line.drop();
    served[0]?.send("late");
    await vi.waitFor(() => expect(served).toHaveLength(2));
    served[1]?.send("new");
    await vi.waitFor(() => expect(events.at(-1)).toBe("got new"));
    expect(events).not.toContain("got late");
  });

  it("has one line only when it is stopped and started while the first is being made", async () => {
    line = openLine(10);
    line.start();
    line.stop();
    line.start();
    await vi.waitFor(() => expect(events).toEqual(["open"]));
    served.at(-1)?.send("here");
    await vi.waitFor(() => expect(events.at(-1)).toBe("got here"));
    await vi.waitFor(() =>
      expect(served.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(1),
    );
  });
});
