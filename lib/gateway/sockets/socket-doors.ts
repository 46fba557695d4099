import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { requireSocketOrigin } from "@/lib/auth/origin";
import { AppError } from "@/lib/errors";
import type { GatewayParts } from "../gateway-options";
import { serveLiveSocket } from "./live-socket";
import { serveTerminalSocket } from "./terminal-socket";

const MAX_MESSAGE_BYTES = 1_048_576; // a large paste into the terminal

/** The dashboard's own sockets; the origin is checked before the upgrade, the ticket in the first message. */
export function socketDoors(options: GatewayParts) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const { ports, log, watch } = options;
  return {
    open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      requireSocketOrigin(request.headers.origin, ports.settings.appUrl);
      const url = new URL(request.url ?? "/", ports.settings.appUrl);
      if (url.pathname !== "/ws/live" && url.pathname !== "/ws/terminal")
        throw new AppError("not_found", "There is no such socket.");
      server.handleUpgrade(request, socket, head, (client) => {
        if (url.pathname === "/ws/live") void serveLiveSocket(client, ports, watch, log);
        else void serveTerminalSocket(client, url, ports, watch, log);
      });
    },
    /** The web stops: pages reconnect to the next one. */
    close(): void {
      for (const client of server.clients) client.close(1_012, "The server restarts.");
      server.close();
    },
  };
}
