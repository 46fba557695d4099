import type { IncomingMessage, ServerResponse } from "node:http";
import { clientAddressHeader } from "@/lib/auth/client-address";
import { requireCaller } from "@/lib/auth/find-caller";
import { authorize } from "@/lib/domain/authorize";
import type { Context } from "@/lib/domain/context";
import { addPlugin } from "@/lib/domain/plugin/add-plugin";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { MAX_PLUGIN_BYTES, PluginName } from "@/lib/protocol/runs";
import { callerName, restLimiter } from "@/lib/server/verbs/rate-limit";
import { sendJson } from "../answers";
import type { GatewayParts } from "../gateway-options";
import { readLimited } from "./read-limited";

const STALL_TIMEOUT_MS = 60_000;

/** `POST /api/v1/plugins/upload?name=` with the bytes of a .wasm file: a new plugin of the organisation. */
export async function takePlugin(
  request: IncomingMessage,
  response: ServerResponse,
  { ports, watch }: GatewayParts,
): Promise<void> {
  if (request.method !== "POST")
    throw new AppError("method_not_allowed", "Plugins are sent with POST.");
  const ctx = await contextOf(request, ports);
  authorize(ctx, "plugin.manage", { kind: "org", orgId: ctx.orgId });
  watch.addResponse(response, { actor: ctx.actor, orgId: ctx.orgId });
  restLimiter.count(callerName(ctx.actor), "change", ports.settings.apiRate, new Headers());
  const query = new URL(request.url ?? "/", ports.settings.appUrl).searchParams;
  const name = PluginName.parse(query.get("name") ?? "");
  const stall = () => request.destroy(new Error("The upload stalled."));
  request.socket.setTimeout(STALL_TIMEOUT_MS, stall);
  try {
    const bytes = await readLimited(request, MAX_PLUGIN_BYTES);
    sendJson(response, 201, await addPlugin(ctx, { name, bytes }));
  } finally {
    request.socket.setTimeout(0);
    request.socket.off("timeout", stall);
  }
}

async function contextOf(request: IncomingMessage, ports: GatewayParts["ports"]) {
  const headers = new Headers();
  for (const name of ["authorization", "cookie", clientAddressHeader]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const choice = String(request.headers["workroom-org"] ?? "");
  const asked = choice.startsWith("org_") ? { orgId: choice } : { orgSlug: choice };
  const caller = await requireCaller(ports, { headers }, choice ? asked : {});
  return { ...ports, ...caller, requestId: newId("request") } satisfies Context;
}
