import { connect } from "node:net";
import type { Duplex } from "node:stream";

const CONNECT_TIMEOUT_MS = 5_000;

/** Joins an upgraded connection with a server in the room: on 127.0.0.1, else on ::1, where some dev servers listen. */
export function connectPort(port: number, client: Duplex, head: Buffer): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return refuse(client, 400);
  tryHost("127.0.0.1", () => tryHost("::1", () => refuse(client, 502)));

  function tryHost(host: string, otherwise: () => void): void {
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => server.destroy(new Error("timeout")), CONNECT_TIMEOUT_MS);
    server.once("error", () => {
      clearTimeout(timer);
      otherwise();
    });
    server.once("connect", () => {
      clearTimeout(timer);
      server.removeAllListeners("error");
      splice(client, server, head);
    });
  }
}

function splice(client: Duplex, server: Duplex, head: Buffer): void {
  client.on("error", () => server.destroy());
  server.on("error", () => client.destroy());
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
  client.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n");
  if (head.length > 0) server.write(head);
  client.pipe(server);
  server.pipe(client);
}

function refuse(client: Duplex, status: 400 | 502): void {
  const reason = status === 400 ? "Bad Request" : "Bad Gateway";
  client.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
