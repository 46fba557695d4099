import { basename, resolve } from "node:path";
import type { ToolKind } from "@agentclientprotocol/sdk";

type CallView = { title: string; kind: ToolKind; locations: { path: string }[]; rawInput: unknown };

const kinds: Record<string, ToolKind> = {
  read: "read",
  write: "edit",
  edit: "edit",
  bash: "execute",
  search: "search",
  plan: "think",
};
const startTitles: Record<string, string> = {
  read: "Reading a file",
  write: "Writing a file",
  edit: "Changing a file",
  bash: "Preparing a command",
  search: "Searching",
};
const MAX_LINE_CHARS = 80;
const MAX_RAW_CHARS = 2_000;

/** A command as a title has room for. */
export const firstLine = (command: string) =>
  command.split("\n", 1)[0]?.slice(0, MAX_LINE_CHARS) ?? "";

export const kindOf = (toolName: string): ToolKind => kinds[toolName] ?? "other";
/** While the model still writes the call, its name is all there is. */
export const startTitle = (toolName: string) => startTitles[toolName] ?? toolName;

/** A call in plain words, before it has run. */
export function describeCall(toolName: string, input: unknown, cwd: string): CallView {
  const fields = (typeof input === "object" && input !== null ? input : {}) as Record<
    string,
    unknown
  >;
  const text = (key: string) => (typeof fields[key] === "string" ? fields[key] : "");
  const name = basename(text("path")) || text("path");
  const titles: Record<string, () => string> = {
    read: () => `Reading ${name}`,
    write: () => `Writing ${name}`,
    edit: () => `Changing ${name}`,
    bash: () => text("doing") || `Running ${firstLine(text("command"))}`,
    search: () => `Searching for “${text("pattern") || text("glob")}”`,
  };
  const rawInput = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "string" && value.length > MAX_RAW_CHARS
        ? `${value.slice(0, MAX_RAW_CHARS)}… [cut]`
        : value,
    ]),
  );
  return {
    title: titles[toolName]?.() ?? toolName,
    kind: kindOf(toolName),
    locations: text("path") === "" ? [] : [{ path: resolve(cwd, text("path")) }],
    rawInput,
  };
}
