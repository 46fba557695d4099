import { AppError } from "@/lib/errors";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";

const MAX_DEPTH = 32;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused here
const control = /[\u0000-\u001f\u007f]/;

/**
 * Where an upload lands: always below `input/`, whatever the path says.
 *
 * @throws AppError `invalid_input` for a path that can't be a file's
 */
export function uploadPath(path: string): string {
  if (path === "" || path.endsWith("/"))
    throw new AppError("invalid_input", "An upload needs a file name.");
  if (control.test(path))
    throw new AppError("invalid_input", "A file name can't contain control characters.");
  const normal = normalize(path);
  const below = normal === "input" || normal.startsWith("input/") ? normal.slice(6) : normal;
  if (below === "") throw new AppError("invalid_input", "An upload needs a file name.");
  if (below.split("/").length > MAX_DEPTH)
    throw new AppError("invalid_input", "These folders are nested too deep.");
  return normalize(`input/${below}`);
}

function normalize(path: string): string {
  try {
    return normalizeWorkspacePath(path);
  } catch (error) {
    if (error instanceof Error && "code" in error)
      throw new AppError("invalid_input", error.message, { cause: error });
    throw error;
  }
}
