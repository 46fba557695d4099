import type { HttpMethod } from "@/lib/domain/define-verb";
import { type ErrorCode, httpStatusByCode } from "@/lib/errors";
import { problemTitles } from "../to-problem";
import type { JsonSchema } from "./json-schema";

/** Codes with the same status share one entry of the document. */
const codesByStatus = Map.groupBy(Object.keys(httpStatusByCode) as ErrorCode[], (code) =>
  String(httpStatusByCode[code]),
);
const always = ["400", "401", "403", "429", "500", "503"];
const ofBodies = ["409", "413", "507"];

/** The failures that an operation may answer with. */
export function problemResponses(
  method: HttpMethod,
  { isNamed }: { isNamed: boolean },
): Record<string, JsonSchema> {
  const statuses = [
    ...always,
    ...(isNamed ? ["404"] : []),
    ...(method === "GET" ? (isNamed ? ["413"] : []) : method === "DELETE" ? ["409"] : ofBodies),
    ...(method === "POST" ? ["422"] : []),
  ].toSorted();
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

/** What those references lead to. */
export const problemComponents = (): Record<string, JsonSchema> =>
  Object.fromEntries(
    [...codesByStatus].map(([status, codes]) => [
      `Problem${status}`,
      {
        description: codes.map((code) => `${problemTitles[code]} (\`${code}\`).`).join(" "),
        ...(status === "429" || status === "409"
          ? { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } }
          : {}),
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    ]),
  );

/** RFC 9457, with a stable `code` and, for bad input, the fields it is about. */
export const problemSchema: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { enum: Object.keys(httpStatusByCode) },
    detail: { type: "string", description: "What happened, in plain words for a person." },
    details: {
      type: "object",
      description: "What failed in a file operation, and what helps.",
      required: ["errno"],
      properties: {
        errno: { type: "string", description: "ENOENT, EISDIR, EROFS, EDQUOT …" },
        path: { type: "string" },
        hint: { type: "string" },
      },
    },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: {
          pointer: { type: "string", description: "JSON pointer (RFC 6901) to the field." },
          detail: { type: "string" },
        },
      },
    },
  },
};
