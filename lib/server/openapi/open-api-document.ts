import { sessionCookie } from "@/lib/auth/cookies";
import { ANSWER_LIFE_MS } from "@/lib/domain/idempotency/answer-once";
import type { Verb } from "@/lib/domain/define-verb";
import { apiKeyScopes, apiKeyScopeWords } from "@/lib/protocol/api-keys";
import type { JsonSchema } from "./json-schema";
import { problemComponents, problemSchema } from "./problem-responses";
import { rawOperations } from "./raw-operations";
import { tagWords } from "./tag-words";
import { type Operation, openApiPath, verbOperation } from "./verb-operation";

export type OpenApiDocument = {
  openapi: "3.1.1";
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; [name: string]: unknown };
  tags: { name: string; description: string }[];
  [name: string]: unknown;
};

const HOUR_MS = 3_600_000;

/** The whole REST door as OpenAPI 3.1, made of the schemas that it checks requests and answers with. */
export function openApiDocument(
  verbs: readonly Verb[],
  { origin, version }: { origin: string; version: string },
): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  const schemas: Record<string, JsonSchema> = { Problem: problemSchema };
  for (const verb of verbs) {
    const { operation, parts } = verbOperation(verb);
    const path = openApiPath(verb.rest.path);
    paths[path] = { ...paths[path], [verb.rest.method.toLowerCase()]: operation };
    Object.assign(schemas, parts);
  }
  for (const [path, operations] of Object.entries(rawOperations))
    paths[path] = { ...paths[path], ...operations };
  const tags = new Set(
    Object.values(paths).flatMap((one) =>
      Object.values(one).flatMap(({ tags: names }) => names as string[]),
    ),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Workroom",
      version,
      summary: "Everything the dashboard can do, for programs.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: origin }],
    tags: [...tags].map((name) => ({ name, description: tagWords(name) })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      responses: problemComponents(),
      ...fixedComponents(),
    },
  };
}

const fixedComponents = () => ({
  securitySchemes: {
    apiKey: {
      type: "http",
      scheme: "bearer",
      description: `An API key. Scopes: ${apiKeyScopes.map((scope) => `\`${scope}\`: ${apiKeyScopeWords[scope]}`).join(" ")}`,
    },
    session: {
      type: "apiKey",
      in: "cookie",
      name: sessionCookie,
      description: "A signed-in browser; changes must come from the dashboard's own origin.",
    },
  },
  parameters: {
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      schema: { type: "string", minLength: 1, maxLength: 255 },
      description: `The same key with the same request does it once and gets the same answer, for ${ANSWER_LIFE_MS / HOUR_MS} hours.`,
    },
  },
  headers: {
    RateLimit: {
      schema: { type: "string" },
      description: 'What is left, and in how many seconds it is full again: `"read";r=599;t=1`.',
    },
    RateLimitPolicy: {
      schema: { type: "string" },
      description: 'The quota and its window in seconds: `"read";q=600;w=60`.',
    },
    RetryAfter: { schema: { type: "integer" }, description: "Seconds to wait." },
  },
});
