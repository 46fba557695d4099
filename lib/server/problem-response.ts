import { AppError } from "@/lib/errors";
import { toProblem } from "./to-problem";

/** The answer to a request that failed, as a problem document (RFC 9457). */
export function problemResponse(error: unknown, headers: Headers = new Headers()): Response {
  const { status, body } = toProblem(error);
  headers.set("content-type", "application/problem+json");
  headers.set("cache-control", "no-store");
  if (status === 401) headers.set("www-authenticate", 'Bearer realm="Workroom"');
  const details = error instanceof AppError ? error.details : {};
  if (typeof details["retryAfterSeconds"] === "number")
    headers.set("retry-after", String(details["retryAfterSeconds"]));
  return new Response(JSON.stringify(body), { status, headers });
}
