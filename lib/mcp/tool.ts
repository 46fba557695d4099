import type { CallToolResult } from "@modelcontextprotocol/server";
import type { z } from "zod";

/** A tool as every MCP door of ours offers it, in a room and outside. */
export type Tool = {
  name: string;
  description: string;
  input: z.ZodObject;
  output: z.ZodObject;
  isReadOnly: boolean;
  /** What the model reads; without it, the answer as JSON. */
  asText?: (answer: Record<string, unknown>) => string;
  /** `input` has passed the schema. */
  run: (input: Record<string, unknown>) => Promise<unknown>;
};

/** The error of a tool in words. */
export type Failure = (error: unknown) => string;

/** Runs a tool; a failure is an answer too, for the model to read. */
export async function callTool(
  { output, asText, run }: Tool,
  input: Record<string, unknown>,
  failure: Failure,
): Promise<CallToolResult> {
  try {
    const answer = output.parse(await run(input));
    const text = asText ? asText(answer) : JSON.stringify(answer);
    return { content: [{ type: "text", text }], structuredContent: answer };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: failure(error) }] };
  }
}
