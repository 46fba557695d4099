import {
  type IncomingMessage,
  request as httpRequest,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { isPrivateAddress, resolveAllowed } from "@/lib/adapters/outbound-fetch/pinned-fetch";
import { AppError } from "@/lib/errors";
import { Refusal } from "./refusal";

/** A model may think for long before its first word, and between two words. */
const SILENCE_MS = 300_000;

type Ask = {
  url: URL;
  method: string;
  headers: OutgoingHttpHeaders;
  body: Buffer | null;
  allowedEndpoints: readonly string[];
  signal: AbortSignal;
};

/**
 * Sends one call to a provider: to the address its name has now and no other, with the certificate checked, without
 * following redirects.
 *
 * @throws Refusal when the provider can't be reached, or may not be
 */
export async function askProvider(ask: Ask): Promise<IncomingMessage> {
  const { url, method, body, signal } = ask;
  const pinned = await resolve(url, ask.allowedEndpoints);
  const lookup: LookupFunction = (_host, options, done) =>
    options.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family);
  const headers = { ...ask.headers, "accept-encoding": "identity", connection: "close" };
  const options: RequestOptions = { method, headers, lookup, signal, timeout: SILENCE_MS };
  const answer = await send(url, options, body);
  const status = answer.statusCode ?? 0;
  if (status < 300 || status >= 400) return answer;
  answer.destroy();
  throw unreachable(url, "It answered with a redirect, which is not followed.");
}

async function resolve(url: URL, allowed: readonly string[]) {
  try {
    const pinned = await resolveAllowed(url, allowed);
    // A key must not cross the open network in the clear.
    if (url.protocol !== "https:" && !isPrivateAddress(pinned.address))
      throw new AppError("invalid_input", `${url.host} must be asked over https.`);
    return pinned;
  } catch (error) {
    if (error instanceof AppError) throw new Refusal(502, "api_connection_error", error.message);
    throw error;
  }
}

function send(url: URL, options: RequestOptions, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((done, reject) => {
    const make = url.protocol === "https:" ? httpsRequest : httpRequest;
    const req = make(url, options, done);
    req.setNoDelay(true);
    req.once("timeout", () => req.destroy(new Error("no answer in time")));
    req.on("error", (error) => reject(unreachable(url, reasonOf(error))));
    req.end(body ?? undefined);
  });
}

const reasonOf = (error: Error) => ("code" in error ? `(${String(error.code)})` : error.message);
const unreachable = (url: URL, reason: string) =>
  new Refusal(
    502,
    "api_connection_error",
    `The model's provider ${url.host} can't be reached. ${reason}`,
  );
