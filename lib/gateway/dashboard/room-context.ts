import type { ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Action } from "@/lib/domain/authorize";
import type { Context, Ports } from "@/lib/domain/context";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { notFoundAs } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { WorkroomId } from "@/lib/protocol/ids";
import type { GatewayParts } from "../gateway-options";
import { callerIn } from "./caller-in";

/** The person's context for a room, once the room allows the action; the answer is cut when it no longer does. */
export async function roomContext(
  response: ServerResponse,
  { ports, watch }: GatewayParts,
  workroomId: string,
  action: Action,
): Promise<Context> {
  const home = await findOrgOf(ports, workroomId);
  const { actor, orgId } = await callerIn(ports, response.req, home).catch(notFoundAs("Workroom"));
  const ctx: Context = { ...ports, actor, orgId, requestId: newId("request") };
  await loadWorkroom(ctx, action, workroomId);
  watch.addResponse(response, { actor, orgId, right: { action, workroomId } });
  return ctx;
}

async function findOrgOf({ db }: Ports, workroomId: string): Promise<string | null> {
  if (!WorkroomId.safeParse(workroomId).success) return null;
  const [room] = await inSystem(db, (tx) =>
    tx.select({ orgId: workrooms.orgId }).from(workrooms).where(eq(workrooms.id, workroomId)),
  );
  return room?.orgId ?? null;
}
