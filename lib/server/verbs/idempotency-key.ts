import { createHash } from "node:crypto";
import { z } from "zod";
import type { Actor } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { AppError } from "@/lib/errors";

const hashOf = (...parts: string[]) =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/**
 * The `Idempotency-Key` of a POST, with or without the quotes of a structured header; other methods need none, since
 * doing them twice does no more than once. Each API key has keys of its own, so that one with few scopes never gets
 * what another one was answered.
 *
 * @throws AppError `invalid_input` for a key that can't be one
 */
export function readIdempotencyKey(request: Request, actor: Actor): string | null {
  const header = request.headers.get("idempotency-key");
  if (header === null || request.method !== "POST") return null;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new AppError("invalid_input", "An Idempotency-Key has 1 to 255 visible characters.");
  const caller = (actor.kind === "user" ? actor.apiKey?.id : actor.job) ?? "browser";
  return `${caller} ${key}`;
}

/** What makes two requests the same one. */
export function hashRequest(request: Request, body: string): string {
  const { pathname, search } = new URL(request.url);
  return hashOf(request.method, pathname, search, body);
}

/** A verb that knows keys itself gets this one too: then not even a crash between its work and its answer does it twice. */
export function passKey(verb: Verb, key: string | null): { idempotencyKey?: string } {
  const takesKey = verb.input instanceof z.ZodObject && "idempotencyKey" in verb.input.shape;
  return key !== null && takesKey ? { idempotencyKey: hashOf(key) } : {};
}
