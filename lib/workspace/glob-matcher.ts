import { RE2JS } from "re2js";
import { AppError } from "@/lib/errors";

/**
 * Tells whether a path fits a pattern: `*` and `?` stay within one name, `**` spans folders, `[a-z]` and `{a,b}` choose,
 * `\` takes the next character as it is. Names that begin with a dot are like all others. Runs in linear time whatever
 * the pattern is: people write it.
 *
 * @throws AppError `invalid_input` (EINVAL) for a pattern that is no pattern
 */
export function createGlobMatcher(glob: string): (path: string) => boolean {
  const source = translate(glob.startsWith("./") ? glob.slice(2) : glob);
  try {
    const expression = RE2JS.compile(`^(?:${source})$`, RE2JS.DOTALL);
    return (path) => expression.test(path);
  } catch (cause) {
    throw badPattern(cause);
  }
}

function translate(glob: string): string {
  let source = "";
  let depth = 0;
  for (let at = 0; at < glob.length;) {
    const [piece, length] = pieceAt(glob, at, depth);
    if (piece === "(?:") depth += 1;
    if (piece === ")") depth -= 1;
    source += piece;
    at += length;
  }
  if (depth !== 0) throw badPattern();
  return source;
}

/** The expression of what begins at `at`, and how many characters of the pattern it is. */
function pieceAt(glob: string, at: number, depth: number): [source: string, length: number] {
  const rest = glob.slice(at);
  const isNameStart = at === 0 || glob[at - 1] === "/";
  if (isNameStart && rest.startsWith("**/")) return ["(?:.*/)?", 3];
  if (isNameStart && rest === "**") return [".*", 2];
  const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
  if (stars > 0) return ["[^/]*", stars];
  const [first = ""] = rest;
  if (first === "?") return ["[^/]", 1];
  if (first === "[") return classAt(rest);
  if (first === "{") return ["(?:", 1];
  if (first === "}" && depth > 0) return [")", 1];
  if (first === "," && depth > 0) return ["|", 1];
  if (first === "\\") {
    const [next = ""] = rest.slice(1);
    return [RE2JS.quote(next || "\\"), 1 + next.length];
  }
  return [RE2JS.quote(first), first.length];
}

function classAt(rest: string): [source: string, length: number] {
  const found = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
  if (!found) return ["\\[", 1];
  const [whole, not = "", members = ""] = found;
  const escaped = members.replace(/[\\[\]^&~]/g, "\\$&");
  return [`[${not && "^/"}${escaped}]`, whole.length];
}

const badPattern = (cause?: unknown) =>
  new AppError("invalid_input", "This pattern can't be used.", {
    cause,
    details: { errno: "EINVAL" },
  });
