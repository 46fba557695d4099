import { ZodError } from "zod";
import { AppError, type ErrorCode, httpStatusByCode } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import { fieldErrors, type FieldError } from "./field-errors";

/** RFC 9457. `code` is the stable name of the failure; `errors` names the fields of bad input. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
  /** What failed in a file operation: the errno's name (ENOENT, EROFS, EDQUOT …), and what to do. */
  details?: { errno: string; path?: string; hint?: string };
};

export const problemTitles: Readonly<Record<ErrorCode, string>> = {
  invalid_input: "This can't be used",
  unauthenticated: "Not signed in",
  forbidden: "Not allowed",
  not_found: "Not found",
  method_not_allowed: "Not possible here",
  conflict: "Not possible now",
  too_large: "Too large",
  key_reused: "Key used before",
  rate_limited: "Too many tries",
  limit_exceeded: "Over the limit",
  internal: "Something went wrong",
  unavailable: "Not available now",
  disk_full: "The disk is full",
};

/** Where the docs explain a failure; relative to the dashboard's origin. */
const typeOf = (code: ErrorCode) => `/docs/api#problem-${code}`;

const log = createLog("problem");

/** Maps any failure to what a client may see. What was not expected is logged under an id and shown as that id only. */
export function toProblem(error: unknown): { status: number; body: Problem } {
  if (error instanceof ZodError) {
    const errors = fieldErrors(error);
    return problem("invalid_input", errors[0]?.detail ?? "This input can't be used.", errors);
  }
  if (error instanceof AppError && error.code !== "internal")
    return problem(error.code, error.message, undefined, fileDetails(error));
  if (isUnstorable(error))
    return problem(
      "invalid_input",
      "A text holds a character, or a number a size, that can't be kept.",
    );
  const requestId = newId("request");
  log.error({ err: error, requestId }, "unexpected failure");
  return problem("internal", `Something went wrong on our side. Its number is ${requestId}.`);
}

function problem(
  code: ErrorCode,
  detail: string,
  errors?: FieldError[],
  details?: Problem["details"],
) {
  const status = httpStatusByCode[code];
  const body: Problem = { type: typeOf(code), title: problemTitles[code], status, code, detail };
  if (errors) body.errors = errors;
  if (details) body.details = details;
  return { status, body };
}

/** The details of an error are for the log, but for what a file operation says of itself. */
function fileDetails({ details }: AppError): Problem["details"] {
  const { errno, path, hint } = details;
  if (typeof errno !== "string") return undefined;
  return {
    errno,
    ...(typeof path === "string" && { path }),
    ...(typeof hint === "string" && { hint }),
  };
}

/** PostgreSQL keeps no NUL in a text and no number beyond its column's size; what asked for it is bad input. */
const unstorable: ReadonlySet<unknown> = new Set(["22003", "22021", "22P05"]);

function isUnstorable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    if ("code" in cause && unstorable.has(cause.code)) return true;
    cause = cause.cause;
  }
  return false;
}
