import { z } from "zod";

const MAX_PATH_BYTES = 4_096;
const MAX_NAME_BYTES = 255;
const bytes = (text: string) => new TextEncoder().encode(text).length;

/**
 * A path in a workspace, as people and agents write it: absolute (`/workspace/input/a.csv`), or relative to the
 * workspace root (`input/a.csv`). `.`, `..` and `//` are resolved lexically and clamped at the root; nothing is
 * percent-decoded. The result is relative to the root, without a leading slash; the root itself is `""`.
 *
 * @throws Error with `code` `EINVAL` (a NUL byte, half a character) or `ENAMETOOLONG` (4,096 bytes a path, 255 a name)
 */
export function normalizeWorkspacePath(path: string): string {
  if (path.includes("\0")) throw pathError("EINVAL", "A path can't contain a NUL byte.");
  // Half of a surrogate pair has no bytes of its own: it would name another file than the one that was meant.
  if (!path.isWellFormed()) throw pathError("EINVAL", "This path is no valid text.");
  if (bytes(path) > MAX_PATH_BYTES) throw pathError("ENAMETOOLONG", "This path is too long.");
  const inRoom = path === "/workspace" || path.startsWith("/workspace/");
  const names: string[] = [];
  for (const name of (inRoom ? path.slice("/workspace".length) : path).split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      names.pop();
      continue;
    }
    if (bytes(name) > MAX_NAME_BYTES) throw pathError("ENAMETOOLONG", "This name is too long.");
    names.push(name);
  }
  return names.join("/");
}

function pathError(code: "EINVAL" | "ENAMETOOLONG", message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** A workspace path at the wire: parsed into its normal form. */
export const WorkspacePath = z.string().transform((path, ctx) => {
  try {
    return normalizeWorkspacePath(path);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: error instanceof Error ? error.message : "Bad path" });
    return z.NEVER;
  }
});

/** A name at the root of a workspace that is Workroom's own: hidden, and never read or changed by a path. */
export const isReservedPath = (path: string) =>
  path === ".workroom" || path.startsWith(".workroom/");

/** True for `input/` and what is below: the room reads it and never writes it, it is people's. */
export const isInputPath = (path: string) => path === "input" || path.startsWith("input/");

/** The absolute path in the room of a normal workspace path. */
export const roomPath = (path: string) => (path === "" ? "/workspace" : `/workspace/${path}`);
