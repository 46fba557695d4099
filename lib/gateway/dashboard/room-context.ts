import type { ServerResponse } from "node:http";
import { requireActor } from "@/lib/auth/require-actor";
import type { Action } from "@/lib/domain/authorize";
import type { Context } from "@/lib/domain/context";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { notFound } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { WorkroomId } from "@/lib/protocol/ids";
import type { GatewayParts } from "../gateway-options";

/** The person's context for a room, once the room allows the action; the answer is cut when it no longer does. */
export async function roomContext(
  response: ServerResponse,
  { ports, watch }: GatewayParts,
  workroomId: string,
  action: Action,
): Promise<Context> {
  const headers = new Headers({ cookie: response.req.headers.cookie ?? "" });
  const signedIn = await requireActor(ports, { headers });
  if (!WorkroomId.safeParse(workroomId).success) throw notFound("Workroom");
  const ctx: Context = { ...ports, ...signedIn, requestId: newId("request") };
  await loadWorkroom(ctx, action, workroomId);
  const { actor, orgId } = signedIn;
  watch.addResponse(response, { actor, orgId, right: { action, workroomId } });
  return ctx;
}
