import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import { requireOwnOrigin } from "@/lib/auth/origin";
import { readBearer, requireCaller } from "@/lib/auth/find-caller";
import type { Context } from "@/lib/domain/context";
import { openSession } from "@/lib/domain/session/open-session";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { failureText, makeMcpServer } from "@/lib/mcp/make-server";
import { problemResponse } from "@/lib/server/problem-response";
import { toProblem } from "@/lib/server/to-problem";
import { bodyLimit } from "@/lib/server/verbs/body-limit";
import type { GatewayParts } from "../gateway-options";
import { workspaceTools } from "./workspace-tools";

/** Names the session of a client that asks for no workspace; without it, its own name does. */
const SESSION_HEADER = "mcp-session";
const DEFAULT_SESSION = "default";
const ANSWER_TIMEOUT_MS = 15 * 60_000;

/**
 * MCP over streamable HTTP, for programs that have an API key: both eras of the protocol. With a workspace in the address
 * its files are served; without one, the caller's own session of this name is, which the first call of a tool opens.
 */
export async function answerMcp(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayParts,
  workspaceId: string | null,
): Promise<void> {
  try {
    await serve(request, response, options, workspaceId);
  } catch (error) {
    if (response.headersSent) throw error;
    await send(response, problemResponse(error));
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { ports, version, watch }: GatewayParts,
  workspaceId: string | null,
): Promise<void> {
  const headers = headersOf(request);
  if (readBearer(headers.get("authorization")) === null)
    throw new AppError("unauthenticated", "MCP takes an API key (Authorization: Bearer wrk_…).");
  refuseForeignPages(headers, ports.settings.appUrl);
  const { actor, orgId } = await requireCaller(ports, { headers }, orgOf(headers));
  watch.addResponse(response, { actor, orgId });
  const body = request.method === "POST" ? await buffer(request) : null;
  const ctx: Context = { ...ports, actor, orgId, requestId: newId("request") };
  const tools = workspaceTools(ctx, async () => {
    if (workspaceId !== null) return workspaceId;
    const name = headers.get(SESSION_HEADER) ?? clientNameIn(body) ?? DEFAULT_SESSION;
    return (await openSession.run(ctx, { channel: "mcp", name: name.slice(0, 200) })).id;
  });
  const handler = createMcpHandler(() => makeMcpServer(tools, version, describeFailure), {
    maxRequestBodySize: bodyLimit("POST", "/api/v1/mcp"),
    maxSubscriptions: 1,
  });
  const ended = AbortSignal.any([closeOf(response), AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  const asked = new Request(new URL(request.url ?? "/", ports.settings.appUrl), {
    method: request.method ?? "GET",
    headers,
    signal: ended,
    ...(body && { body }),
  });
  try {
    await send(response, await handler.fetch(asked));
  } finally {
    await handler.close();
  }
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader("cache-control", "no-store");
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  return headers;
}

/** A page of another site has no business here, whatever key it has got hold of. */
function refuseForeignPages(headers: Headers, appUrl: URL): void {
  const origin = headers.get("origin") ?? undefined;
  if (origin !== undefined) requireOwnOrigin({ method: "POST", origin, hasCookies: true }, appUrl);
}

function orgOf(headers: Headers): { orgId?: string; orgSlug?: string } {
  const choice = headers.get("workroom-org");
  if (!choice) return {};
  return choice.startsWith("org_") ? { orgId: choice } : { orgSlug: choice };
}

const ClientName = z.object({
  params: z.object({
    _meta: z.object({
      "io.modelcontextprotocol/clientInfo": z.object({ name: z.string().min(1) }),
    }),
  }),
});

/** Clients of the newer protocol say with each request who they are. */
function clientNameIn(body: Buffer | null): string | null {
  try {
    const message = ClientName.safeParse(JSON.parse(body?.toString("utf8") ?? ""));
    return message.success
      ? message.data.params._meta["io.modelcontextprotocol/clientInfo"].name
      : null;
  } catch {
    return null;
  }
}

function closeOf(response: ServerResponse): AbortSignal {
  const end = new AbortController();
  response.once("close", () => end.abort());
  return end.signal;
}

const describeFailure = (error: unknown): string => {
  const { detail, details = {} } = toProblem(error).body;
  return failureText(detail, details);
};
