import { AppError, type ErrorCode } from "@/lib/errors";
import { errnoOf } from "@/lib/workspace/dir-fd";

const meanings: Record<string, [ErrorCode, string]> = {
  ENOENT: ["not_found", "This file does not exist."],
  ENOTDIR: ["invalid_input", "A file is in the way: only folders can hold files."],
  EISDIR: ["invalid_input", "This is a folder."],
  ENXIO: ["invalid_input", "This is no ordinary file."],
  ENOTREG: ["invalid_input", "This is no ordinary file."],
  ELOOP: ["invalid_input", "This link leads to too many other links."],
  EEXIST: ["conflict", "Something with this name exists already."],
  ENOTEMPTY: ["conflict", "This folder is not empty."],
  ENOSPC: ["disk_full", "The room's disk is full."],
  EDQUOT: ["disk_full", "The room's disk is full."],
  EFBIG: ["too_large", "This file is too large."],
  ENAMETOOLONG: ["invalid_input", "This name is too long."],
  EINVAL: ["invalid_input", "This path can't be used."],
  ERR_INVALID_ARG_VALUE: ["invalid_input", "This path can't be used."],
  EXDEV: ["invalid_input", "This can't be moved there."],
  EACCES: ["forbidden", "This can't be changed."],
  EPERM: ["forbidden", "This can't be changed."],
  EROFS: ["forbidden", "This can't be changed."],
};

/** What a failed file call means to the person; unknown failures pass through. */
export function asFileError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const meaning = meanings[errnoOf(error) ?? ""];
  if (!meaning) return error;
  return new AppError(...meaning, { cause: error, details: { path } });
}
