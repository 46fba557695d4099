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

export const makeEditTool = ({ cwd }: ToolContext) =>
  makeTool({
    description:
      "Replace text in a file. `old_text` must occur exactly once (give more lines around it), unless `replace_all`.",
    inputSchema: z.object({
      path: z.string(),
      old_text: z.string().min(1),
      new_text: z.string(),
      replace_all: z.boolean().optional(),
    }),
    execute: async ({ path, old_text, new_text, replace_all }): Promise<ToolOutcome> => {
      const file = resolvePath(cwd, path);
      const before = await findText(file);
      if (before === null) throw new ToolFailure(`${path}: there is no such file.`);
      const count = before.split(old_text).length - 1;
      if (count === 0) throw new ToolFailure(`${path} does not contain this text. Read it again.`);
      if (count > 1 && !replace_all) {
        throw new ToolFailure(`${path} contains this text ${count} times: give more around it.`);
      }
      const after = before.replaceAll(old_text, () => new_text);
      await writeText(file, after);
      const changed = Math.max(lineCount(old_text), lineCount(new_text)) * count;
      return {
        text: `Changed ${file} in ${countOf(count, "place")}.`,
        title: `Changed ${nameOf(file)}, ${countOf(changed, "line")}`,
        content: diffContent(file, before, after),
      };
    },
  });
