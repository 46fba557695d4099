import { AppError } from "@/lib/errors";
import { errnoOf } from "@/lib/workspace/dir-fd";
import { fileError, isErrno } from "@/lib/workspace/file-error";

/** What a failed file call means to the person; unknown failures pass through. */
export function asFileError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const errno = errnoOf(error) ?? "";
  const known = aliases[errno] ?? errno;
  return isErrno(known) ? fileError(known, { path, cause: error }) : error;
}

const aliases: Readonly<Record<string, string>> = {
  ENOTREG: "ENOENT", // sockets, FIFOs and devices are no part of a workspace
  ENXIO: "ENOENT",
  ERR_INVALID_ARG_VALUE: "EINVAL",
  ERR_FS_EISDIR: "EISDIR",
};
