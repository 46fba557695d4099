import { isReservedPath, normalizeWorkspacePath } from "@/lib/protocol/paths";
import { fileError, isErrno } from "./file-error";
import { errnoOf } from "./dir-fd";

/**
 * The normal form of a path that somebody sent.
 *
 * @throws AppError with `details.errno` EINVAL or ENAMETOOLONG; EPERM for Workroom's own names
 */
export function normalPath(path: string): string {
  const normal = parse(path);
  assertOpen(normal);
  return normal;
}

function parse(path: string): string {
  try {
    return normalizeWorkspacePath(path);
  } catch (cause) {
    const errno = errnoOf(cause) ?? "";
    if (!(cause instanceof Error) || !isErrno(errno)) throw cause;
    throw fileError(errno, { message: cause.message, cause });
  }
}

/** The same input with its paths in normal form. @throws AppError EINVAL, ENAMETOOLONG, EPERM */
export function withNormalPaths<T extends object>(input: T): T {
  const paths = Object.entries(input).flatMap(([name, value]) =>
    pathNames.has(name) && typeof value === "string" ? [[name, normalPath(value)]] : [],
  );
  return { ...input, ...Object.fromEntries(paths) };
}

const pathNames: ReadonlySet<string> = new Set(["path", "from", "to"]);

/** The path that an operation is about: of two, the first. */
export const mainPath = (input: object): string =>
  String("path" in input ? input.path : "from" in input ? input.from : "");

/** Temporary names of files that are being written; listings and saved states leave them out. */
export const PART_PREFIX = ".workroom-part-";

/** @throws AppError EPERM for a path that nobody may read or change by its name */
export function assertOpen(path: string): void {
  if (isReservedPath(path) || path.split("/").some((name) => name.startsWith(PART_PREFIX)))
    throw fileError("EPERM", { path });
}
