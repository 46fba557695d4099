import type { OpenApiDocument } from "@/lib/server/openapi/open-api-document";

/** The part of JSON Schema that our documents use. */
export type Schema = {
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  pattern?: string;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
};
export type Parameter = {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  schema: Schema;
  description?: string;
};
type Content = Readonly<Record<string, { schema: Schema }>>;
export type Operation = {
  operationId: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  scope: string | null;
  isPublic: boolean;
  parameters: readonly Parameter[];
  takesKey: boolean; // an Idempotency-Key
  body: { type: string; schema: Schema } | null;
  answer: { status: string; type: string; schema: Schema } | null;
};

type Told = {
  operationId: string;
  tags: readonly string[];
  summary: string;
  security: readonly object[];
  "x-scope"?: string | null;
  parameters?: readonly (Parameter | { $ref: string })[];
  requestBody?: { content: Content };
  responses: Readonly<Record<string, { content?: Content }>>;
};

/** The operations of a document in its order, ready to be shown. */
export function readOperations(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]) =>
      readOperation(path, method, told as unknown as Told),
    ),
  );
}

function readOperation(path: string, method: string, told: Told): Operation {
  const parameters = told.parameters ?? [];
  const [status, answer] =
    Object.entries(told.responses).find(([code]) => code.startsWith("2")) ?? [];
  const body = firstContent(told.requestBody?.content);
  const content = firstContent(answer?.content);
  return {
    operationId: told.operationId,
    method: method.toUpperCase(),
    path,
    tag: told.tags[0] ?? "",
    summary: told.summary,
    scope: told["x-scope"] ?? null,
    isPublic: told.security.length === 0,
    parameters: parameters.filter((one): one is Parameter => "name" in one),
    takesKey: parameters.some((one) => "$ref" in one),
    body,
    answer: content && status ? { status, ...content } : null,
  };
}

function firstContent(content: Content | undefined): { type: string; schema: Schema } | null {
  const [first] = Object.entries(content ?? {});
  return first ? { type: first[0], schema: first[1].schema } : null;
}
