import { CreateOrg, createOrg } from "@/lib/domain/org/create-org";
import { AppError } from "@/lib/errors";
import { getPorts } from "@/lib/server/container";
import { findPageSession } from "@/lib/server/page-context";
import { problemResponse } from "@/lib/server/problem-response";
import { readForm } from "@/lib/server/read-form";

/** Makes an organisation for a signed-in person, who may be in none yet; otherwise as the verb `org.create`. */
export async function POST(request: Request): Promise<Response> {
  try {
    const session = await findPageSession();
    if (!session) throw new AppError("unauthenticated", "Sign in to go on.");
    const input = CreateOrg.parse(await readForm(request));
    const maker = { userId: session.user.id, sessionId: session.sessionId };
    const { id, slug, name } = await createOrg(await getPorts(), maker, input);
    return Response.json({ id, slug, name }, { status: 201 });
  } catch (error) {
    return problemResponse(error);
  }
}
