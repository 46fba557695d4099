import type { z } from "zod";
import type { Action } from "./authorize";
import type { Context } from "./context";

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One thing a person or program can ask for. One definition makes the REST route, its OpenAPI entry, the MCP tool and
 * the row of the access matrix; a door that is not a verb does not exist.
 */
export type Verb<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  /** `workroom.create`: entity, then verb. Also the action of its audit row. */
  name: string;
  summary: string; // one sentence for the API docs
  input: Input;
  output: Output;
  /** What `authorize()` is asked; `run` asks it with the object it has loaded. */
  action: Action;
  /** GET verbs change nothing; the others write an audit row in their transaction. */
  rest: { method: HttpMethod; path: `/${string}` }; // "/workrooms/:workroomId"
  run: (ctx: Context, input: z.output<Input>) => Promise<z.input<Output>>;
};

/**
 * Types a verb by its schemas. `run` gets parsed input; the entry parses the output before it leaves. The name stays a
 * literal type: the access matrix has a row for each, or the types don't pass.
 */
export const defineVerb = <
  const Name extends string,
  Input extends z.ZodType,
  Output extends z.ZodType,
>(
  verb: Verb<Input, Output> & { name: Name },
): Verb<Input, Output> & { name: Name } => verb;
