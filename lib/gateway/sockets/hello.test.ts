import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { Inbox } from "./hello";

test("what comes after the socket was closed is not taken, though the other side has not agreed yet", async () => {
  const socket = Object.assign(new EventEmitter(), {
    readyState: WebSocket.OPEN as number,
    OPEN: WebSocket.OPEN,
  });
  const inbox = new Inbox(socket as unknown as WebSocket);
  const taken: string[] = [];
  const send = (text: string) => socket.emit("message", Buffer.from(text), true);
  socket.emit("message", Buffer.from("hello"), false);
  expect(await inbox.first()).toBe("hello");
  inbox.listen(({ bytes }) => taken.push(String(bytes)));
  send("ls\n");
  socket.readyState = WebSocket.CLOSING;
  send("rm -rf .\n");
  expect(taken).toEqual(["ls\n"]);
});
