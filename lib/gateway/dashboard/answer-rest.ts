import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/server/problem-response";
import { dispatchVerb } from "@/lib/server/verbs/dispatch-verb";
import { verbs } from "@/lib/server/verbs/registry";
import type { GatewayParts } from "../gateway-options";

const PREFIX = "/api/v1/";

/** A path of the REST door: every route of it is a verb of the registry. Its description is a page of Next. */
export const isRest = (url: string): boolean =>
  url.startsWith(PREFIX) && !/^\/api\/v1\/openapi\.json(?:\?|$)/.test(url);

/** Answers a REST call in the web itself: on its way through Next it would take as long again as a small verb does. */
export async function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  { ports }: GatewayParts,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const answer = await dispatch(request, ports, gone.signal).catch((error: unknown) =>
    problemResponse(error),
  );
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.body !== null) response.setHeader("content-length", body.length);
  response.end(body);
}

async function dispatch(
  request: IncomingMessage,
  ports: GatewayParts["ports"],
  signal: AbortSignal,
): Promise<Response> {
  const { method = "GET", url = "/" } = request;
  const target = new URL(url, ports.settings.appUrl);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  // Its size is known and small: the gateway has looked.
  const body = method === "GET" || method === "HEAD" ? null : await buffer(request).catch(cutOff);
  const asked = new Request(target, { method, headers, signal, ...(body?.length ? { body } : {}) });
  return dispatchVerb(verbs, ports, asked, partsOf(target));
}

function cutOff(cause: unknown): never {
  throw new AppError("invalid_input", "The request was cut off.", { cause });
}

function partsOf({ pathname }: URL): string[] {
  try {
    return pathname.slice(PREFIX.length).split("/").map(decodeURIComponent);
  } catch (cause) {
    throw new AppError("not_found", "There is nothing at this address.", { cause });
  }
}
