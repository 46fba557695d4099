import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { WebSocketServer } from "ws";
import { ask } from "./ask";
import { startTestGateway, type Person, type TestGateway } from "./start-gateway";

type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => void;

export type TestPreview = {
  gateway: TestGateway;
  person: Person;
  room: { id: string; previewKey: string };
  /** Where the room's server listens. */
  port: number;
  /** What has reached it since the last `reset`. */
  seen: IncomingMessage[];
  answerWith(answer: AnswerRequest): void;
  reset(): void;
  hostOf(key: string, toPort?: number): string;
  /** Opens a preview as the page does; resolves with the cookie of that host. */
  open(who: Person, host: string, roomId: string, to?: string): Promise<string>;
  close(): Promise<void>;
};

const sayHello: AnswerRequest = (_request, response) => response.end("hello from the room");

/** A gateway, a person with a room, and an HTTP and WebSocket server in that room. */
export async function startPreview(): Promise<TestPreview> {
  const gateway = await startTestGateway();
  const person = await gateway.addPerson();
  const room = await gateway.addRoom(person);
  const seen: IncomingMessage[] = [];
  let answer = sayHello;
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
    socket.on("message", (text: Buffer) => socket.send(JSON.stringify(`echo ${text.toString()}`)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    gateway,
    person,
    room,
    port: (server.address() as AddressInfo).port,
    seen,
    answerWith: (next) => {
      answer = next;
    },
    reset: () => {
      seen.length = 0;
      answer = sayHello;
    },
    hostOf: (key, toPort) =>
      `p-${key}${toPort === undefined ? "" : `-${toPort}`}.workroom.localhost:${gateway.port}`,
    open: (who, host, roomId, to = "/") => openPreview(gateway, who, { host, roomId, to }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await gateway.close();
    },
  };
}

async function openPreview(
  gateway: TestGateway,
  who: Person,
  { host, roomId, to }: { host: string; roomId: string; to: string },
): Promise<string> {
  const ticket = await gateway.ticket(who, "preview", roomId);
  const query = new URLSearchParams({ ticket, to });
  const answer = await ask(gateway.port, `/.workroom/open?${query}`, { host });
  expect([answer.status, answer.headers.location]).toEqual([302, to]);
  const [setCookie = ""] = answer.headers["set-cookie"] ?? [];
  expect(setCookie).toMatch(
    /^__Host-workroom\.access=\S+; Path=\/; Secure; HttpOnly; Max-Age=\d+; SameSite=Lax$/,
  );
  return setCookie.split(";")[0] ?? "";
}
