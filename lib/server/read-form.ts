import { AppError } from "@/lib/errors";

const MAX_FORM_BYTES = 65_536;

/**
 * The JSON of a small form that is sent before anybody is in an organisation.
 *
 * @throws AppError `too_large` · `invalid_input`
 */
export async function readForm(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_FORM_BYTES)
    throw new AppError("too_large", "This form is too large.");
  try {
    return await request.json();
  } catch (cause) {
    throw new AppError("invalid_input", "This is no JSON.", { cause });
  }
}
