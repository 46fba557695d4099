import { z } from "zod";
import { makeTool } from "./make-tool";
import { resolvePath } from "./files";
import { runProgram } from "./run-program";
import {
  countOf,
  textContent,
  ToolFailure,
  type ToolContext,
  type ToolOutcome,
} from "./tool-outcome";

const SEARCH_TIMEOUT_MS = 30_000;
const MAX_MATCHES = 200;

export const makeSearchTool = ({ cwd }: ToolContext) =>
  makeTool({
    description:
      "Search file contents with a regular expression (ripgrep). Without a pattern: list files that match the glob.",
    inputSchema: z.object({
      pattern: z.string().optional(),
      path: z.string().optional().describe("folder or file; default: the working folder"),
      glob: z.string().optional().describe('for example "*.ts"'),
    }),
    execute: async ({ pattern, path = ".", glob }, { abortSignal }): Promise<ToolOutcome> => {
      const args = pattern
        ? ["--line-number", "--no-heading", "--max-columns", "300", "--regexp", pattern]
        : ["--files"];
      if (glob) args.push("--glob", glob);
      args.push("--", resolvePath(cwd, path));
      const result = await runProgram("rg", args, {
        cwd,
        timeoutMs: SEARCH_TIMEOUT_MS,
        abortSignal,
      });
      if (result.exitCode !== 0 && result.exitCode !== 1) {
        throw new ToolFailure(result.output || "The search failed.");
      }
      const lines = result.output.split("\n").filter(Boolean);
      const shown = lines.slice(0, MAX_MATCHES).join("\n");
      const found = countOf(lines.length, pattern ? "match" : "file").replace("matchs", "matches");
      return {
        text:
          shown +
            (lines.length > MAX_MATCHES ? `\n[${found}, the first ${MAX_MATCHES} shown]` : "") ||
          "Nothing found.",
        title: pattern ? `Searched for “${pattern.slice(0, 60)}”: ${found}` : `Listed ${found}`,
        content: textContent(shown),
      };
    },
  });
