import { RE2JS } from "re2js";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import { fileError } from "./file-error";

type Match = FileOpResult<"search">["matches"][number];
type Asked = Pick<FileOpInput<"search">, "pattern" | "isRegex" | "isCaseSensitive">;

const MAX_LINE_CHARS = 400;
const BEFORE_MATCH_CHARS = 100;

/** What one search may cost; past it the answer says that there may be more. */
export const searchCaps = {
  fileBytes: 8 * 1_048_576,
  totalBytes: 256 * 1_048_576,
  files: 50_000,
  timeMs: 10_000,
} as const;

/** Folders of programs' own files: searched only when they are asked for by name. */
const passedOver = /(?:^|\/)(?:\.git|node_modules)\//;
export const isPassedOver = (below: string) => passedOver.test(below);

/**
 * Finds lines. The engine runs in linear time whatever people write; a pattern that is no expression of it is EINVAL.
 * `text` of a match is the line, or the part of a long one around the match.
 */
export function createLineSearch({ pattern, isRegex, isCaseSensitive }: Asked) {
  const expression = compile(isRegex ? pattern : RE2JS.quote(pattern), isCaseSensitive);
  return (path: string, text: string, limit: number): Match[] => {
    if (!expression.test(text)) return [];
    const matches: Match[] = [];
    for (const [index, line] of text.split("\n").entries()) {
      if (matches.length >= limit) break;
      const found = expression.matcher(line);
      if (!found.find()) continue;
      const at = found.start();
      const from = line.length > MAX_LINE_CHARS ? Math.max(0, at - BEFORE_MATCH_CHARS) : 0;
      const shown = line
        .slice(from, from + MAX_LINE_CHARS)
        .replace(/\r$/, "")
        .toWellFormed();
      matches.push({ path, line: index + 1, column: at + 1, text: shown });
    }
    return matches;
  };
}

function compile(source: string, isCaseSensitive: boolean): RE2JS {
  const flags = RE2JS.MULTILINE | (isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  try {
    return RE2JS.compile(source, flags);
  } catch (cause) {
    throw fileError("EINVAL", {
      message: "This pattern can't be used.",
      hint: "Patterns are RE2 expressions: look-around and backreferences are unknown there.",
      cause,
    });
  }
}
