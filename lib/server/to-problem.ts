import { ZodError } from "zod";
import { AppError, type ErrorCode, httpStatusByCode } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";

/** RFC 9457. `code` is the stable name of the failure; `errors` names the fields of bad input. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: { path: string; message: string }[];
};

const titles: Record<ErrorCode, string> = {
  invalid_input: "This can't be used",
  unauthenticated: "Not signed in",
  forbidden: "Not allowed",
  not_found: "Not found",
  conflict: "Not possible now",
  too_large: "Too large",
  rate_limited: "Too many tries",
  limit_exceeded: "Over the limit",
  internal: "Something went wrong",
  unavailable: "Not available now",
  disk_full: "The disk is full",
};

const log = createLog("problem");

/** Maps any failure to what a client may see. What was not expected is logged under an id and shown as that id only. */
export function toProblem(error: unknown): { status: number; body: Problem } {
  if (error instanceof ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    const [first] = errors;
    return problem("invalid_input", first?.message ?? "This input can't be used.", { errors });
  }
  if (error instanceof AppError && error.code !== "internal")
    return problem(error.code, error.message);
  const requestId = newId("request");
  log.error({ err: error, requestId }, "unexpected failure");
  return problem("internal", `Something went wrong on our side. Its number is ${requestId}.`);
}

function problem(code: ErrorCode, detail: string, extra: { errors?: Problem["errors"] } = {}) {
  const status = httpStatusByCode[code];
  const body: Problem = { type: "about:blank", title: titles[code], status, code, detail };
  if (extra.errors) body.errors = extra.errors;
  return { status, body };
}
