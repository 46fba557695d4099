import { clientAddressHeader } from "@/lib/auth/client-address";
import { JoinByInvitation, joinByInvitation } from "@/lib/domain/invitation/join-by-invitation";
import { getPorts } from "@/lib/server/container";
import { findPageSession } from "@/lib/server/page-context";
import { problemResponse } from "@/lib/server/problem-response";
import { readForm } from "@/lib/server/read-form";

/** Accepts an invitation. Its one-use secret is the right to join; whose it may be used by is checked with it. */
export async function POST(request: Request): Promise<Response> {
  try {
    const input = JoinByInvitation.parse(await readForm(request));
    const session = await findPageSession();
    const ip = request.headers.get(clientAddressHeader) ?? "unknown";
    const who = { userId: session?.user.id ?? null, ip };
    return Response.json(await joinByInvitation(await getPorts(), input, who), { status: 201 });
  } catch (error) {
    return problemResponse(error);
  }
}
