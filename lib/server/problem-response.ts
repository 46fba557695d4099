import { AppError } from "@/lib/errors";
import { toProblem } from "./to-problem";

/** The answer to a request that failed, as a problem document (RFC 9457). */
export function problemResponse(error: unknown): Response {
  const { status, body } = toProblem(error);
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (error instanceof AppError && typeof error.details["retryAfterSeconds"] === "number")
    headers["retry-after"] = String(error.details["retryAfterSeconds"]);
  return new Response(JSON.stringify(body), { status, headers });
}
