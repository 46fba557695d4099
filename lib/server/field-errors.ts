import type { ZodError } from "zod";

/** One field of bad input: a JSON pointer (RFC 6901) into what was sent, and what is wrong with it in plain words. */
export type FieldError = { pointer: string; detail: string };

const MAX_ERRORS = 20;
const MAX_NAME_LENGTH = 100;

/** The fields that a failed parse complains of, an unknown field under its own name. */
export const fieldErrors = (error: ZodError): FieldError[] =>
  error.issues
    .flatMap((issue): FieldError[] =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({
            pointer: toPointer([...issue.path, key]),
            detail: `There is no field "${key.slice(0, MAX_NAME_LENGTH)}".`,
          }))
        : [{ pointer: toPointer(issue.path), detail: issue.message }],
    )
    .slice(0, MAX_ERRORS);

export const toPointer = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => String(part).slice(0, MAX_NAME_LENGTH))
    .map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
