import type { IncomingMessage } from "node:http";
import { requireActor } from "@/lib/auth/require-actor";
import type { Action } from "@/lib/domain/authorize";
import type { Context } from "@/lib/domain/context";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { notFound } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { WorkroomId } from "@/lib/protocol/ids";
import type { GatewayOptions } from "../gateway-options";

/** The signed-in person's context for a room, once the room allows the action. */
export async function roomContext(
  request: IncomingMessage,
  { ports }: GatewayOptions,
  workroomId: string,
  action: Action,
): Promise<Context> {
  const headers = new Headers({ cookie: request.headers.cookie ?? "" });
  const signedIn = await requireActor(ports, { headers });
  if (!WorkroomId.safeParse(workroomId).success) throw notFound("Workroom");
  const ctx: Context = { ...ports, ...signedIn, requestId: newId("request") };
  await loadWorkroom(ctx, action, workroomId);
  return ctx;
}
