import { z } from "zod";
import { makeTool } from "./make-tool";
import { diffContent, findText, nameOf, resolvePath, writeText } from "./files";
import {
  countOf,
  lineCount,
  ToolFailure,
  type ToolContext,
  type ToolOutcome,
} from "./tool-outcome";

export const makeWriteTool = ({ cwd }: ToolContext) =>
  makeTool({
    description: "Write a whole file; folders are made. To change a part of a file use `edit`.",
    inputSchema: z.object({ path: z.string(), content: z.string() }),
    execute: async ({ path, content }): Promise<ToolOutcome> => {
      const file = resolvePath(cwd, path);
      const before = await findText(file).catch((error: unknown) => {
        if (error instanceof ToolFailure && error.message.includes("is no text file")) return null;
        throw error;
      });
      await writeText(file, content);
      const lines = countOf(lineCount(content), "line");
      return {
        text: `Wrote ${file}, ${lines}.`,
        title: `Wrote ${nameOf(file)}, ${lines}`,
        content: diffContent(file, before, content),
      };
    },
  });
