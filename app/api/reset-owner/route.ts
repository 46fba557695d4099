import { completeReset, CompleteReset } from "@/lib/domain/identity/reset-owner";
import { AppError } from "@/lib/errors";
import { getPorts } from "@/lib/server/container";
import { problemResponse } from "@/lib/server/problem-response";

const MAX_BODY_BYTES = 16_384;

/** Sets a new password for the owner. The link's one-use token, made on the machine itself, is the only right it needs. */
export async function POST(request: Request): Promise<Response> {
  try {
    if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES)
      throw new AppError("too_large", "This form is too large.");
    const body: unknown = await request.json().catch(() => null);
    return Response.json(await completeReset(await getPorts(), CompleteReset.parse(body)));
  } catch (error) {
    return problemResponse(error);
  }
}
