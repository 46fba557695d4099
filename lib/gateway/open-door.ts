import type { IncomingMessage, ServerResponse } from "node:http";
import { openTicket } from "@/lib/auth/open-ticket";
import type { SignedIn } from "@/lib/auth/require-actor";
import type { Ports } from "@/lib/domain/context";
import { AppError } from "@/lib/errors";
import { accessSetCookie, isSameSiteAs } from "./access-token";
import { sendRedirect } from "./answers";
import { safeTarget } from "./safe-target";

/** Paths below /.workroom/ are ours on every preview and App host. */
export const OPEN_PATH = "/.workroom/open";

type Door = {
  ports: Ports;
  purpose: "preview" | "app";
  parent: URL;
  /** The object this host serves, and whether the ticket is for it. */
  objectOf(signedIn: SignedIn, ticketObjectId: string): Promise<string | null>;
};

/**
 * Turns a one-use ticket of the dashboard into a cookie of this host, then goes on to the page. Only this host ever sees
 * the cookie, and it never is the dashboard's.
 */
export async function openDoor(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
): Promise<void> {
  if (request.method !== "GET") throw new AppError("invalid_input", "A link is opened with GET.");
  const host = (request.headers.host ?? "").toLowerCase();
  const query = new URL(request.url ?? "/", "http://here.invalid").searchParams;
  const ticket = await openTicket(door.ports, query.get("ticket") ?? "", door.purpose);
  const objectId =
    ticket.objectId === null ? null : await door.objectOf(ticket.signedIn, ticket.objectId);
  if (objectId === null) throw new AppError("unauthenticated", "This link is for another address.");
  const access = {
    sessionId: ticket.signedIn.actor.sessionId,
    orgId: ticket.signedIn.orgId,
    objectId,
    host,
  };
  const isSameSite = isSameSiteAs(door.parent, door.ports.settings);
  sendRedirect(response, safeTarget(query.get("to")), {
    "set-cookie": accessSetCookie(access, door.ports.now(), isSameSite),
    "referrer-policy": "no-referrer",
  });
}
