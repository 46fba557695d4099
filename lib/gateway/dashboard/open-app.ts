import type { IncomingMessage, ServerResponse } from "node:http";
import { findActor, type SignedIn } from "@/lib/auth/require-actor";
import type { Ports } from "@/lib/domain/context";
import { issueTicket } from "@/lib/domain/identity/issue-ticket";
import { AppError } from "@/lib/errors";
import { sendPage, sendRedirect } from "../answers";
import { authorizeApp, findApp, type FoundApp } from "../apps/find-app";
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
  const app = await findApp(ports, slug);
  const reader = await findReader(ports, headers, app);
  if (reader === null) {
    const login = new URL("/login", appUrl);
    login.searchParams.set("callbackUrl", `${url.pathname}${url.search}`);
    return sendRedirect(response, login.href);
  }
  if (app === null || reader === "stranger" || !mayRead(reader, app))
    return sendPage(response, {
      status: 404,
      title: "There is no such App",
      text: "It was removed, or it is private to somebody else.",
      link: { href: "/", text: "Go to Workroom" },
    });
  const ticket = await issueTicket(ports, {
    purpose: "app",
    userId: reader.userId,
    sessionId: reader.actor.sessionId,
    orgId: reader.orgId,
    objectId: app.id,
    ttlMs: TICKET_LIFE_MS,
  });
  const door = new URL(OPEN_PATH, `${appsUrl.protocol}//${app.slug}.${appsUrl.host}`);
  door.searchParams.set("ticket", ticket);
  door.searchParams.set("to", url.searchParams.get("to") ?? "/");
  sendRedirect(response, door.href, { "referrer-policy": "no-referrer" });
}

/** The person, in the App's organisation; "stranger": signed in, and no member of it. */
async function findReader(
  ports: Ports,
  headers: Headers,
  app: FoundApp | null,
): Promise<SignedIn | "stranger" | null> {
  try {
    return await findActor(ports, { headers }, app === null ? {} : { orgId: app.orgId });
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return "stranger";
    throw error;
  }
}

function mayRead(reader: SignedIn, app: FoundApp): boolean {
  try {
    authorizeApp(reader, app);
    return true;
  } catch {
    return false;
  }
}
