import { readdir, stat } from "node:fs/promises";
import { z } from "zod";
import { makeTool } from "./make-tool";
import { fileFailure, findText, nameOf, resolvePath } from "./files";
import {
  countOf,
  lineCount,
  textContent,
  ToolFailure,
  type ToolContext,
  type ToolOutcome,
} from "./tool-outcome";

const MAX_LINES = 2_000;
const MAX_CHARS = 60_000;

export const makeReadTool = ({ cwd }: ToolContext) =>
  makeTool({
    description:
      "Read a text file, or list a folder. At most 2,000 lines at a time; give `offset` for the rest.",
    inputSchema: z.object({
      path: z.string().describe("absolute, or relative to the working folder"),
      offset: z.number().int().min(1).optional().describe("first line, counted from 1"),
      limit: z.number().int().min(1).max(MAX_LINES).optional(),
    }),
    execute: async ({ path, offset = 1, limit = MAX_LINES }): Promise<ToolOutcome> => {
      const file = resolvePath(cwd, path);
      const folder = await listFolder(file);
      if (folder) return folder;
      const text = await findText(file);
      if (text === null) throw new ToolFailure(`${path}: there is no such file.`);
      const lines = text.split("\n");
      const part = lines.slice(offset - 1, offset - 1 + limit);
      const shown = part.join("\n").slice(0, MAX_CHARS);
      const isWhole = shown.length === text.length;
      const note = isWhole ? "" : `\n[of ${countOf(lineCount(text), "line")} in all]`;
      return {
        text: shown + note,
        title: `Read ${nameOf(file)}, ${countOf(lineCount(text), "line")}`,
        content: textContent(shown.slice(0, 4_000)),
      };
    },
  });

async function listFolder(path: string): Promise<ToolOutcome | null> {
  try {
    if (!(await stat(path)).isDirectory()) return null;
    const names = await readdir(path, { withFileTypes: true });
    const listing = names.map((entry) => entry.name + (entry.isDirectory() ? "/" : "")).toSorted();
    return {
      text: listing.join("\n").slice(0, MAX_CHARS) || "(empty)",
      title: `Listed ${nameOf(path)}/, ${countOf(names.length, "entry").replace("entrys", "entries")}`,
      content: textContent(listing.join("\n")),
    };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw fileFailure(path, error);
  }
}
