import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import { toProblem } from "@/lib/server/to-problem";
import { isRefused } from "./check-head";
import { sendJson, sendPage } from "./answers";

const LINGER_MS = 800;

/** What a socket is told: an expected failure as it is; anything else as `internal`, with its cause in the log only. */
export function toAppError(error: unknown, log: Log): AppError {
  if (error instanceof AppError) {
    if (error.code === "internal") log.error({ err: error }, "request failed");
    return error;
  }
  log.error({ err: error }, "request failed");
  return new AppError("internal", "Something went wrong.", { cause: error });
}

/** Answers a failure: a page to a person, an RFC 9457 problem to a program. Once the head is out, cuts the answer. */
export function sendFailure(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: Log,
): void {
  if (response.headersSent || response.destroyed) {
    log.debug({ err: error }, "an answer was cut off");
    response.destroy();
    return;
  }
  const { status, body } = toProblem(error);
  if (isRefused(request)) response.setHeader("connection", "close");
  if (hasUnreadBody(request)) lingerBeforeEnd(request, response);
  const wait = error instanceof AppError ? error.details["retryAfterSeconds"] : undefined;
  if (typeof wait === "number") response.setHeader("retry-after", String(wait));
  const destination = request.headers["sec-fetch-dest"];
  if (destination === "document" || destination === "iframe")
    sendPage(response, { status, title: body.title, text: body.detail });
  else sendJson(response, status, body);
}

const hasUnreadBody = (request: IncomingMessage) =>
  !request.complete &&
  (request.headers["content-length"] !== undefined ||
    request.headers["transfer-encoding"] !== undefined);

/**
 * A browser in the middle of a large upload sees the refusal only if the connection stays open while it still sends:
 * closing at once would reset it under the answer. So the answer goes out at once, and the rest is read and thrown
 * away for a moment; what then still comes is cut off.
 */
function lingerBeforeEnd(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  const end = response.end.bind(response);
  response.end = ((body?: unknown) => {
    if (body !== undefined) response.write(body as string);
    else response.flushHeaders();
    const timer = setTimeout(() => end(), LINGER_MS);
    const finish = () => {
      clearTimeout(timer);
      end();
    };
    request.once("end", finish).once("close", finish).once("error", finish);
    request.resume();
    return response;
  }) as typeof response.end;
}
