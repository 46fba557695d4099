import { AppError, type ErrorCode } from "@/lib/errors";

type Meaning = { code: ErrorCode; message: string; hint?: string };

/** What each failure of a file operation is called, and what it means to whoever asked. */
const meanings = {
  ENOENT: { code: "not_found", message: "This file does not exist." },
  ENOTDIR: {
    code: "invalid_input",
    message: "A file is in the way: only folders can hold files.",
  },
  EISDIR: { code: "invalid_input", message: "This is a folder." },
  EINVAL: { code: "invalid_input", message: "This path can't be used." },
  ENAMETOOLONG: {
    code: "invalid_input",
    message: "This name is too long.",
    hint: "A name has at most 255 bytes, a path 4,096.",
  },
  ELOOP: { code: "invalid_input", message: "This link leads to too many other links." },
  EXDEV: { code: "invalid_input", message: "This can't be moved there.", hint: "Copy it instead." },
  EEXIST: { code: "conflict", message: "Something with this name exists already." },
  ENOTEMPTY: { code: "conflict", message: "This folder is not empty." },
  EBUSY: { code: "conflict", message: "This folder belongs to the workspace and stays." },
  ESTALE: {
    code: "conflict",
    message: "Someone changed this file meanwhile.",
    hint: "Read it again, then write with the new etag.",
  },
  EPERM: { code: "forbidden", message: "This name is kept for Workroom itself." },
  EACCES: { code: "forbidden", message: "This can't be changed." },
  EROFS: {
    code: "forbidden",
    message: "What lies in input can be read, not changed.",
    hint: "Write to output, or to another folder of the workspace. Files get into input by an upload.",
  },
  EFBIG: { code: "too_large", message: "This file is too large." },
  E2BIG: { code: "too_large", message: "This file is too large to be read at once." },
  ENOSPC: { code: "disk_full", message: "The room's disk is full." },
  EDQUOT: {
    code: "disk_full",
    message: "The limit of this folder is reached.",
    hint: "Delete what is not needed, or ask for a higher limit.",
  },
} as const satisfies Record<string, Meaning>;

export type Errno = keyof typeof meanings;
export const isErrno = (name: string): name is Errno => Object.hasOwn(meanings, name);

type Options = { path?: string; message?: string; hint?: string; cause?: unknown };

/** An expected failure of a file operation: `details` has the errno's name, the path and, where one helps, a hint. */
export function fileError(errno: Errno, { path, message, hint, cause }: Options = {}): AppError {
  const meaning: Meaning = meanings[errno];
  const advice = hint ?? meaning.hint;
  return new AppError(meaning.code, message ?? meaning.message, {
    cause,
    details: { errno, ...(path !== undefined && { path }), ...(advice && { hint: advice }) },
  });
}

/** The errno's name of an expected failure; null for others. */
export const errnoNameOf = (error: unknown): string | null =>
  error instanceof AppError && typeof error.details["errno"] === "string"
    ? error.details["errno"]
    : null;
