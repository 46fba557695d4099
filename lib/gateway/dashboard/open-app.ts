import type { IncomingMessage, ServerResponse } from "node:http";
import { findActor } from "@/lib/auth/require-actor";
import { issueTicket } from "@/lib/domain/identity/issue-ticket";
import { notFound } from "@/lib/errors";
import { sendPage, sendRedirect } from "../answers";
import { authorizeApp, findApp } from "../apps/find-app";
import type { GatewayOptions } from "../gateway-options";
import { OPEN_PATH } from "../open-door";

const TICKET_LIFE_MS = 60_000;

/**
 * `GET /apps/open?slug=&to=`: a private App has sent its reader here to be recognised. Signed in and allowed: back with
 * a one-use ticket. Not signed in: to the log-in page first.
 */
export async function openApp(
  request: IncomingMessage,
  response: ServerResponse,
  { ports }: GatewayOptions,
): Promise<void> {
  const { appUrl, appsUrl } = ports.settings;
  const url = new URL(request.url ?? "/", appUrl);
  const slug = url.searchParams.get("slug") ?? "";
  const headers = new Headers({ cookie: request.headers.cookie ?? "" });
  const signedIn = await findActor(ports, { headers });
  if (signedIn === null) {
    const login = new URL("/login", appUrl);
    login.searchParams.set("callbackUrl", `${url.pathname}${url.search}`);
    return sendRedirect(response, login.href);
  }
  const app = await findApp(ports, slug);
  try {
    if (app === null) throw notFound("App");
    authorizeApp(signedIn, app);
  } catch {
    sendPage(response, {
      status: 404,
      title: "There is no such App",
      text: "It was removed, or it is private to somebody else.",
      link: { href: "/", text: "Go to Workroom" },
    });
    return;
  }
  const ticket = await issueTicket(ports, {
    purpose: "app",
    userId: signedIn.userId,
    sessionId: signedIn.actor.sessionId,
    orgId: signedIn.orgId,
    objectId: app.id,
    ttlMs: TICKET_LIFE_MS,
  });
  const door = new URL(OPEN_PATH, `${appsUrl.protocol}//${app.slug}.${appsUrl.host}`);
  door.searchParams.set("ticket", ticket);
  door.searchParams.set("to", url.searchParams.get("to") ?? "/");
  sendRedirect(response, door.href, { "referrer-policy": "no-referrer" });
}
