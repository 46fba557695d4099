import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { openRest, type Rest, type RestAnswer } from "@/test/rest";
import { verbs } from "../verbs/registry";
import { getDocument } from "./get-document";
import { openApiPath } from "./verb-operation";

const document = getDocument("http://workroom.localhost:3000");
type Responses = Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
const operationOf = (path: string, method: string) =>
  document.paths[path]?.[method.toLowerCase()] as
    | { operationId: string; responses: Responses; parameters: { name: string; in: string }[] }
    | undefined;

const find = (path: readonly string[]) =>
  path.reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document);

let rest: Rest;
beforeAll(async () => {
  rest = await openRest();
});
afterAll(() => rest.close());

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1, and each of its references leads somewhere", async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(JSON.stringify(document)) as never);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(validator.version).toBe("3.1");
    const refs = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    const lost = [...refs].filter(([, ref = ""]) => find(ref.split("/")) === undefined);
    expect(lost).toEqual([]);
  });

  test.each(verbs.map((verb) => [verb.name, verb] as const))("tells of %s", (name, verb) => {
    const operation = operationOf(openApiPath(verb.rest.path), verb.rest.method);
    expect(operation?.operationId).toBe(name);
    const named = (operation?.parameters ?? []).filter((one) => one.in === "path");
    expect(named.map((one) => `:${one.name}`).toSorted()).toEqual(
      (verb.rest.path.match(/:\w+/g) ?? []).toSorted(),
    );
    expect(Object.keys(operation?.responses ?? {})).toEqual(
      expect.arrayContaining(["400", "401", "403", "429", "500"]),
    );
  });

  test("names each operation once", () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(verbs.length + 7);
  });
});

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema(JSON.parse(JSON.stringify(document)) as object, "api");
const pointer = (...parts: string[]) =>
  parts
    .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");

/** What the document says of one answer. */
function schemaOf(path: string, method: string, status: number): ValidateFunction {
  const response = operationOf(path, method)?.responses[status];
  const place = response?.$ref
    ? response.$ref.slice(2).split("/")
    : ["paths", path, method.toLowerCase(), "responses", String(status)];
  const type = status < 400 ? "application/json" : "application/problem+json";
  const found = ajv.getSchema(`api#/${pointer(...place, "content", type, "schema")}`);
  if (!found) throw new Error(`nothing is said of ${method} ${path} ${status}`);
  return found;
}

function complaintsOf(answer: RestAnswer, path: string, method: string): unknown[] {
  const validate = schemaOf(`/api/v1${path}`, method, answer.status);
  validate(answer.body);
  return validate.errors ?? [];
}

describe("real answers are as the document says", () => {
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    const room = await rest.ask("POST", "/workrooms", { body: { title: "Room" } });
    ids["workroomId"] = String(room.body["id"]);
    ids["chatId"] = String(room.body["mainChatId"]);
    const body = { text: "Hello", idempotencyKey: "first" };
    const message = await rest.ask("POST", `/chats/${ids["chatId"]}/messages`, { body });
    ids["messageId"] = String(message.body["id"]);
    ids["missing"] = newId("workroom");
  });

  const fill = (path: string) =>
    path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? "");

  test.each([
    ["GET", "/viewer", undefined, 200],
    ["GET", "/workrooms", undefined, 200],
    ["POST", "/workrooms", { title: "Another" }, 201],
    ["GET", "/workrooms/{workroomId}", undefined, 200],
    ["PATCH", "/workrooms/{workroomId}", { title: "Renamed" }, 200],
    ["GET", "/workrooms/{workroomId}/chats", undefined, 200],
    ["POST", "/workrooms/{workroomId}/chats", {}, 201],
    ["GET", "/workrooms/{workroomId}/walls", undefined, 200],
    ["GET", "/chats/{chatId}/queue", undefined, 200],
    ["GET", "/chats/{chatId}/events", undefined, 200],
    ["GET", "/chats/{chatId}/turns", undefined, 200],
    ["PATCH", "/chats/{chatId}/messages/{messageId}", { text: "Other" }, 200],
    ["GET", "/model-keys", undefined, 200],
    ["POST", "/api-keys", { name: "Robot", scopes: ["read"] }, 201],
    ["GET", "/api-keys", undefined, 200],
    ["POST", "/workrooms", { nothing: 1 }, 400],
    ["PATCH", "/workrooms/{workroomId}", { title: 1 }, 400],
    ["POST", "/workrooms/{workroomId}/exec", { command: "true" }, 409],
  ] as const)("%s %s", async (method, path, body, status) => {
    const answer = await rest.ask(method, fill(path), body ? { body } : {});
    expect(answer).toMatchObject({ status });
    expect(complaintsOf(answer, path, method)).toEqual([]);
  });

  test("an answer that lacked a field, or had another type, would be told", async () => {
    const path = "/workrooms/{workroomId}";
    const answer = await rest.ask("GET", fill(path));
    const { title, ...untitled } = answer.body;
    expect(title).toBeDefined();
    expect(complaintsOf({ ...answer, body: untitled }, path, "GET")).not.toEqual([]);
    const wrong = { ...answer, body: { ...answer.body, queuedCount: "none" } };
    expect(complaintsOf(wrong, path, "GET")).not.toEqual([]);
  });

  test("refusals: nobody, a missing room, over the limit", async () => {
    const path = "/workrooms/{workroomId}";
    expect(
      complaintsOf(await rest.ask("GET", fill(path), { key: "wrk_none" }), path, "GET"),
    ).toEqual([]);
    expect(
      complaintsOf(await rest.ask("GET", `/workrooms/${ids["missing"]}`), path, "GET"),
    ).toEqual([]);
    const ports = { ...rest.ports, settings: { ...rest.ports.settings, apiRate: 1 / 600 } };
    for (let call = 0; call < 3; call += 1) await rest.ask("GET", fill(path), { ports });
    const limited = await rest.ask("GET", fill(path), { ports });
    expect(limited.status).toBe(429);
    expect(complaintsOf(limited, path, "GET")).toEqual([]);
  });
});
