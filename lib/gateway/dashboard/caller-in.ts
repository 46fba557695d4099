import type { IncomingMessage } from "node:http";
import { clientAddressHeader } from "@/lib/auth/client-address";
import { type Caller, requireCaller } from "@/lib/auth/find-caller";
import type { Ports } from "@/lib/domain/context";
import { notFound } from "@/lib/errors";

/**
 * Who asks for a thing of a room. A link names the thing alone, so the thing says in which organisation its caller
 * comes; null when there is no such thing, which is told only to somebody who is signed in.
 *
 * @throws AppError `unauthenticated` · `not_found` for an organisation that the caller is not in
 */
export async function callerIn(
  ports: Ports,
  request: IncomingMessage,
  orgId: string | null,
): Promise<Caller> {
  const headers = new Headers();
  for (const name of ["authorization", "cookie", clientAddressHeader]) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const caller = await requireCaller(ports, { headers }, orgId === null ? {} : { orgId });
  if (orgId === null) throw notFound("Organisation");
  return caller;
}
