import { scopeOf } from "@/lib/domain/authorize";
import type { Verb } from "@/lib/domain/define-verb";
import { isCreation } from "../verbs/dispatch-verb";
import { callKind } from "../verbs/rate-limit";
import { inputSchema, type JsonSchema, outputSchema } from "./json-schema";
import { problemResponses } from "./problem-responses";

type ObjectSchema = {
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  [name: string]: unknown;
};

export type Operation = { [name: string]: unknown };

/** `/workrooms/:workroomId` as OpenAPI writes it. */
export const openApiPath = (path: string): string => `/api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`;

/** One verb as an operation, and the named schemas that its answer leans on. */
export function verbOperation(verb: Verb): {
  operation: Operation;
  parts: Record<string, JsonSchema>;
} {
  const input = inputSchema(verb.input) as ObjectSchema;
  const inPath = new Set([...verb.rest.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? ""));
  const hasBody = verb.rest.method !== "GET" && verb.rest.method !== "DELETE";
  const { schema, parts } = outputSchema(verb.output);
  const operation = {
    operationId: verb.name,
    tags: [verb.name.split(".", 1)[0]],
    summary: verb.summary,
    ...securityOf(verb),
    "x-rate-limit": callKind(verb),
    parameters: [
      ...parametersOf(input, (name) => inPath.has(name), "path"),
      ...(hasBody ? [] : parametersOf(input, (name) => !inPath.has(name), "query")),
      ...(verb.rest.method === "POST" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ],
    ...(hasBody ? bodyOf(input, inPath) : {}),
    responses: {
      [isCreation(verb) ? "201" : "200"]: {
        description: "Done.",
        headers: {
          RateLimit: { $ref: "#/components/headers/RateLimit" },
          "RateLimit-Policy": { $ref: "#/components/headers/RateLimitPolicy" },
        },
        content: { "application/json": { schema } },
      },
      ...problemResponses(verb.rest.method, { isNamed: inPath.size > 0 }),
    },
  };
  return { operation, parts };
}

/** A key needs the scope of the verb's action; where there is none, only a signed-in browser may. */
function securityOf({ action }: Pick<Verb, "action">): Operation {
  const scope = scopeOf(action);
  const session = { session: [] };
  return {
    security: scope === null ? [session] : [{ apiKey: [scope] }, session],
    "x-scope": scope,
  };
}

const parametersOf = (
  { properties = {}, required = [] }: ObjectSchema,
  isHere: (name: string) => boolean,
  place: "path" | "query",
) =>
  Object.entries(properties)
    .filter(([name]) => isHere(name))
    .map(([name, schema]) => ({
      name,
      in: place,
      required: place === "path" || required.includes(name),
      schema,
    }));

function bodyOf(input: ObjectSchema, inPath: ReadonlySet<string>): Operation {
  const { properties = {}, required = [], ...rest } = input;
  const own = Object.entries(properties).filter(([name]) => !inPath.has(name));
  if (own.length === 0) return {};
  const needed = required.filter((name) => !inPath.has(name));
  const schema = {
    ...rest,
    properties: Object.fromEntries(own),
    ...(needed.length > 0 ? { required: needed } : {}),
  };
  return {
    requestBody: { required: needed.length > 0, content: { "application/json": { schema } } },
  };
}
