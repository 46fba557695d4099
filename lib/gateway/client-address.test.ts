import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress, stampClient } from "./client-address";

const from = (headers: Record<string, string>) =>
  ({
    headers: { ...headers },
    socket: { remoteAddress: "127.0.0.1" },
  }) as unknown as IncomingMessage;

test("without a trusted proxy the peer is the client, whatever a header says", () => {
  expect(clientAddress(from({ "x-forwarded-for": "6.6.6.6" }), false)).toBe("127.0.0.1");
});

test("a trusted proxy's own entry is the last one; what the client sent before it counts for nothing", () => {
  expect(clientAddress(from({ "x-forwarded-for": "6.6.6.6, 203.0.113.7" }), true)).toBe(
    "203.0.113.7",
  );
  expect(clientAddress(from({}), true)).toBe("127.0.0.1");
});

test("what reaches Next names the client once, by the gateway's word", () => {
  const request = from({
    "x-forwarded-for": "6.6.6.6",
    "x-forwarded-proto": "https",
    accept: "*/*",
  });
  stampClient(request, "203.0.113.7");
  expect(request.headers).toEqual({
    accept: "*/*",
    "x-workroom-address": "203.0.113.7",
    "x-forwarded-for": "203.0.113.7",
  });
});
