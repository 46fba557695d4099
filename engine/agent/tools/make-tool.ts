import type { Tool } from "ai";
import type { z } from "zod";
import type { ToolOutcome } from "./tool-outcome";

type Definition<Schema extends z.ZodType> = {
  description: string;
  inputSchema: Schema;
  execute: (
    input: z.infer<Schema>,
    call: { toolCallId: string; abortSignal?: AbortSignal | undefined },
  ) => ToolOutcome | Promise<ToolOutcome>;
};

/** A tool of the employee. The model sees the text of its outcome; the rest is for the page. */
export const makeTool = <Schema extends z.ZodType>(definition: Definition<Schema>): Tool =>
  ({
    ...definition,
    toModelOutput: ({ output }: { output: ToolOutcome }) => ({ type: "text", value: output.text }),
  }) as unknown as Tool; // the library's overloads can't infer an optional `abortSignal` under exact optional types
