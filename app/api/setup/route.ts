import { clientAddressHeader } from "@/lib/auth/client-address";
import { CreateOwner, createOwner } from "@/lib/domain/identity/create-owner";
import { describeSetup } from "@/lib/domain/identity/describe-setup";
import { AppError } from "@/lib/errors";
import { getPorts } from "@/lib/server/container";
import { problemResponse } from "@/lib/server/problem-response";

const MAX_BODY_BYTES = 65_536;

/** What the set-up page offers: whether its link still works, and the models found on this machine. */
export async function GET(request: Request): Promise<Response> {
  try {
    const token = new URL(request.url).searchParams.get("token") ?? "";
    const found = await describeSetup(await getPorts(), { token });
    return Response.json(found, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error);
  }
}

/** Makes the first organisation and its owner. The one-use token of the set-up link is the only right it needs. */
export async function POST(request: Request): Promise<Response> {
  try {
    const input = CreateOwner.parse(await readJson(request));
    const ip = request.headers.get(clientAddressHeader) ?? "unknown";
    return Response.json(await createOwner(await getPorts(), input, { ip }), { status: 201 });
  } catch (error) {
    return problemResponse(error);
  }
}

async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES)
    throw new AppError("too_large", "This form is too large.");
  try {
    return await request.json();
  } catch (cause) {
    throw new AppError("invalid_input", "This is no JSON.", { cause });
  }
}
