import type { IncomingMessage, ServerResponse } from "node:http";
import { readBearer } from "@/lib/auth/find-caller";
import { filterCookies, ownCookiePrefix } from "@/lib/auth/cookies";
import { requireOwnOrigin, requireOwnSite } from "@/lib/auth/origin";
import { AppError } from "@/lib/errors";
import { bodyLimit } from "@/lib/server/verbs/body-limit";
import { answerMcp } from "../mcp/answer-mcp";
import { readMcpPath } from "../mcp/mcp-path";
import { clientAddress, stampClient } from "../client-address";
import type { GatewayOptions, GatewayParts } from "../gateway-options";
import { answerRest, isRest } from "./answer-rest";
import { inUnits } from "./in-units";
import { rawRoute } from "./raw-routes";
import { dashboardHeaders, dashboardPolicy, newNonce } from "./security-headers";

/** Serves the dashboard's origin: guards first, then the raw routes and REST, then Next. */
export async function answerDashboard(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
): Promise<void> {
  const { settings } = options.ports;
  for (const [name, value] of dashboardHeaders(settings)) response.setHeader(name, value);
  guardDashboard(request, options);
  const route = rawRoute(request);
  if (route !== null) return route(request, response, options);

  requireSmallBody(request);
  if (request.headers.expect !== undefined) response.writeContinue();
  const mcp = readMcpPath(request.url ?? "/");
  if (mcp) return answerMcp(request, response, options, mcp.workspaceId);
  if (isRest(request.url ?? "/")) return answerRest(request, response, options);
  const policy = dashboardPolicy(newNonce(), { settings, isDevelopment: options.isDevelopment });
  response.setHeader("content-security-policy", policy);
  request.headers["content-security-policy"] = policy; // Next takes the nonce for its own scripts from here.
  await options.next.onRequest(request, response);
}

/**
 * A body is read whole, so its size must be known and small; only uploads are streamed.
 *
 * @throws AppError `too_large` · `invalid_input` for a body without a length
 */
function requireSmallBody({ headers, method = "GET", url = "/" }: IncomingMessage): void {
  if (headers["transfer-encoding"] !== undefined)
    throw new AppError("invalid_input", "A request must say its length (Content-Length).");
  const limit = bodyLimit(method, url.split("?", 1)[0] ?? "/");
  if (Number(headers["content-length"] ?? 0) > limit)
    throw new AppError("too_large", `This request may have at most ${inUnits(limit)}.`);
}

/** Refuses what other origins ask for, and leaves only what the gateway vouches for in the head. */
export function guardDashboard(request: IncomingMessage, options: GatewayOptions): void {
  const { headers } = request;
  const method = request.method ?? "GET";
  requireOwnSite({
    method,
    site: one(headers["sec-fetch-site"]),
    mode: one(headers["sec-fetch-mode"]),
    destination: one(headers["sec-fetch-dest"]),
  });
  // A key is put there on purpose, so it needs no Origin, and the cookies that came along count for nothing.
  if (isFromProgram(request)) delete headers.cookie;
  else
    requireOwnOrigin(
      { method, origin: headers.origin, hasCookies: headers.cookie !== undefined },
      options.ports.settings.appUrl,
    );
  // A page of a preview may fill the jar of the common parent domain: those cookies end here.
  const cookie = filterCookies(headers.cookie, (name) => isKept(name, options.isDevelopment));
  if (cookie === undefined) delete headers.cookie;
  else headers.cookie = cookie;
  stampClient(request, clientAddress(request, options.trustsProxy));
  const { appUrl } = options.ports.settings;
  headers["x-forwarded-proto"] = appUrl.protocol.slice(0, -1);
  headers["x-forwarded-host"] = appUrl.host;
}

const isFromProgram = ({ url, headers }: IncomingMessage) =>
  url?.startsWith("/api/v1/") === true && readBearer(headers.authorization) !== null;

const isKept = (name: string, isDevelopment: boolean) =>
  name.startsWith(ownCookiePrefix) || (isDevelopment && name.startsWith("__next"));

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
