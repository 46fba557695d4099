import { clientAddressHeader } from "@/lib/auth/client-address";
import { countTry } from "@/lib/auth/count-try";
import { CompleteSetup, completeSetup } from "@/lib/domain/setup/complete-setup";
import { AppError } from "@/lib/errors";
import { getPorts } from "@/lib/server/container";
import { problemResponse } from "@/lib/server/problem-response";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES = 20;
const MAX_BODY_BYTES = 65_536;

/** Makes the first organisation and its owner. The one-use token of the set-up link is the only right it needs. */
export async function POST(request: Request): Promise<Response> {
  try {
    const ports = await getPorts();
    const address = request.headers.get(clientAddressHeader) ?? "unknown";
    await countTry(
      ports.db,
      [{ key: `setup:${address}`, maxTries: MAX_TRIES, windowMs: WINDOW_MS }],
      ports.now(),
    );
    const input = CompleteSetup.parse(await readJson(request));
    return Response.json(await completeSetup(ports, input), { status: 201 });
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
