import { ZodError } from "zod";
import { AppError } from "@/lib/errors";
import { bodyLimit } from "./body-limit";

const MAX_DEPTH = 32;
const MAX_VALUES = 20_000;

/**
 * The text of a request's body, never more of it than the limit, whatever the client says of its length.
 *
 * @throws AppError `too_large` · `invalid_input` for a broken encoding or another media type
 */
export async function readBody(request: Request): Promise<string> {
  const limit = bodyLimit(request.method, new URL(request.url).pathname);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  if (size === 0) return "";
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? ""))
    throw new AppError("invalid_input", "Send JSON (content-type: application/json).");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError("invalid_input", "The body is not valid UTF-8.", { cause });
  }
}

const tooLarge = (limit: number) =>
  new AppError(
    "too_large",
    `This request is too large: it may have at most ${limit.toLocaleString("en")} bytes.`,
  );

/** @throws AppError `invalid_input` for what is no JSON object · ZodError that names the field nested too deep */
export function parseObject(text: string): Record<string, unknown> {
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_input", "This is no JSON.", { cause });
  }
  if (!isObject(value) || Array.isArray(value))
    throw new AppError("invalid_input", "Send a JSON object.");
  refuseWildNesting(value);
  // Entries are copied as own fields, so one that is named __proto__ stays a field, and is refused as an unknown one.
  return Object.fromEntries(Object.entries(value));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Walks without recursion: what comes after this (zod, serialisers) may then recurse safely. */
function refuseWildNesting(root: object): void {
  let count = 0;
  for (const [field, first] of Object.entries(root)) {
    const left: { value: unknown; depth: number }[] = [{ value: first, depth: 2 }];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      count += 1;
      if (count > MAX_VALUES) throw badField(field, `holds more than ${MAX_VALUES} values`);
      if (!isObject(next.value)) continue;
      if (next.depth > MAX_DEPTH) throw badField(field, `is nested more than ${MAX_DEPTH} deep`);
      for (const value of Object.values(next.value)) left.push({ value, depth: next.depth + 1 });
    }
  }
}

const badField = (field: string, what: string) =>
  new ZodError([
    { code: "custom", path: [field], message: `The field ${what}.`, input: undefined },
  ]);
