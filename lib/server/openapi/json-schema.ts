import { z } from "zod";
import * as account from "@/lib/protocol/account";
import * as apiKeys from "@/lib/protocol/api-keys";
import * as audit from "@/lib/protocol/audit";
import * as engine from "@/lib/protocol/engine";
import * as events from "@/lib/protocol/events";
import * as files from "@/lib/protocol/files";
import * as views from "@/lib/protocol/views";

export type JsonSchema = { readonly [name: string]: unknown };

/** The wire's schemas by the names of their exports: what an answer is made of is told once, under its name. */
const named = z.registry<{ id: string }>();
for (const wire of [account, apiKeys, audit, engine, events, files, views])
  for (const [id, schema] of Object.entries(wire))
    if (schema instanceof z.ZodType && !named.has(schema)) named.add(schema, { id });

/** What a request may be. */
export function inputSchema(input: z.ZodType): JsonSchema {
  const { $schema: _version, ...schema } = z.toJSONSchema(input, {
    io: "input",
    metadata: z.registry<{ id: string }>(), // all of it in its place
    unrepresentable: "any",
  });
  return schema;
}

/** What an answer is, and the named schemas it leans on. */
export function outputSchema(output: z.ZodType): {
  schema: JsonSchema;
  parts: Record<string, JsonSchema>;
} {
  const wrapped = z.toJSONSchema(z.object({ answer: output }), {
    io: "output",
    metadata: named,
    unrepresentable: "any",
  });
  const { $defs, properties } = openAnswers(wrapped) as {
    $defs?: Record<string, JsonSchema>;
    properties: { answer: JsonSchema };
  };
  return { schema: properties.answer, parts: $defs ?? {} };
}

/**
 * Later versions may add fields to an answer, so none of them is closed; and names lead to where OpenAPI keeps them.
 */
function openAnswers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openAnswers);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    if (name === "additionalProperties" && part === false) return [];
    if ((name === "id" || name === "$schema") && typeof part === "string") return [];
    if (name === "$ref" && typeof part === "string")
      return [[name, part.replace("#/$defs/", "#/components/schemas/")]];
    return [[name, openAnswers(part)]];
  });
  return Object.fromEntries(fields);
}
