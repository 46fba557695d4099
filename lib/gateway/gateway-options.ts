import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Ports } from "@/lib/domain/context";
import type { Log } from "@/lib/log";
import type { SessionWatch } from "./sockets/session-watch";

/** What `server.ts` gives the gateway. */
export type GatewayOptions = {
  ports: Ports;
  log: Log;
  version: string;
  trustsProxy: boolean;
  isDevelopment: boolean;
  next: {
    onRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
    /** Next's own sockets (hot reload), in development only. */
    onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  };
};

/** What each door of the gateway gets. */
export type GatewayParts = GatewayOptions & { watch: SessionWatch };
