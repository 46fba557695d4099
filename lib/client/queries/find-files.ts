import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileOpResult } from "@/lib/protocol/file-ops";
import { fileKeys } from "./files";

const MAX_NAMES = 50;
const MAX_LINES = 100;

/** Files and folders whose path has these letters in this order, whatever their case. */
export const findNamesQuery = (workspaceId: string, text: string) =>
  queryOptions({
    queryKey: [...fileKeys.all(workspaceId), "find-names", text] as const,
    queryFn: ({ signal }) =>
      api<FileOpResult<"glob">>(`/workspaces/${workspaceId}/files/glob`, {
        query: { pattern: namePattern(text), limit: String(MAX_NAMES) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Lines that have this text in them. */
export const findLinesQuery = (workspaceId: string, text: string) =>
  queryOptions({
    queryKey: [...fileKeys.all(workspaceId), "find-lines", text] as const,
    queryFn: ({ signal }) =>
      api<FileOpResult<"search">>(`/workspaces/${workspaceId}/files/search`, {
        query: { pattern: text, isCaseSensitive: "false", limit: String(MAX_LINES) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** "a/b" → "**\/*[aA]*\/*[bB]*": each name of the path has its part somewhere in it. */
export function namePattern(text: string): string {
  const parts = text.split("/").filter((part) => part.trim() !== "");
  return ["**", ...parts.map((part) => `*${Array.from(part.trim(), eitherCase).join("")}*`)].join(
    "/",
  );
}

function eitherCase(letter: string): string {
  const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
  if (lower !== upper && lower.length === 1 && upper.length === 1) return `[${lower}${upper}]`;
  return /[\\*?[\]{}()!+@]/.test(letter) ? `\\${letter}` : letter;
}
