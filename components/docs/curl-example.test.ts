import { expect, test } from "vitest";
import { curlExample } from "./curl-example";
import type { Operation } from "./operations";
import { typeWords } from "./schema-words";

const operation: Operation = {
  operationId: "file.write",
  method: "POST",
  path: "/api/v1/workrooms/{workroomId}/notes",
  tag: "file",
  summary: "Writes.",
  scope: "write",
  isPublic: false,
  parameters: [],
  takesKey: false,
  body: {
    type: "application/json",
    schema: {
      type: "object",
      required: ["path", "lines", "mode"],
      properties: {
        path: { type: "string" },
        lines: { type: "array", items: { type: "integer", minimum: 3 } },
        mode: { enum: ["text", "table"] },
        note: { type: "string" },
      },
    },
  },
  answer: null,
};

test("an example sends what the operation needs, and nothing else", () => {
  expect(curlExample(operation, "http://here")).toBe(
    [
      'curl -X POST "http://here/api/v1/workrooms/$WORKROOM_ID/notes"',
      '-H "Authorization: Bearer $WORKROOM_KEY"',
      '-H "Content-Type: application/json"',
      `-d '{"path":"site/index.html","lines":[3],"mode":"text"}'`,
    ].join(" \\\n  "),
  );
});

test("a public one has no key, one for people only neither", () => {
  expect(curlExample({ ...operation, isPublic: true, body: null }, "")).not.toContain("Bearer");
  expect(curlExample({ ...operation, scope: null, body: null }, "")).not.toContain("Bearer");
});

test.each([
  [{ $ref: "#/components/schemas/ChatView" }, "ChatView"],
  [{ type: "array", items: { type: "string" } }, "list of string"],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
  [{ enum: ["a", "b"] }, '"a" | "b"'],
  [{ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, "integer ≥ 0"],
  [{ type: "string", minLength: 1, maxLength: 1_000 }, "string 1 to 1,000 characters"],
])("a type is told in a few words", (schema, words) => {
  expect(typeWords(schema)).toBe(words);
});
