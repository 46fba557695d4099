import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { newId } from "@/lib/ids";
import { type Asked, openRest, type Rest } from "@/test/rest";
import { dispatchVerb } from "./dispatch-verb";
import { verbs } from "./registry";

let rest: Rest;
const ORIGIN = "http://workroom.localhost:3000";

beforeAll(async () => {
  rest = await openRest();
});
afterAll(() => rest.close());

const ask = (method: string, path: string, asked?: Asked) => rest.ask(method, path, asked);
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const makeRoom = async () => {
  const { body } = await ask("POST", "/workrooms", { body: {} });
  return { id: String(body["id"]), chatId: String(body["mainChatId"]) };
};

describe("the REST door", () => {
  test("makes a room, takes a message, shows both, and says created", async () => {
    const made = await ask("POST", "/workrooms", { body: { title: "Sales" } });
    expect(made).toMatchObject({ status: 201, body: { title: "Sales", state: "booting" } });
    const path = `/chats/${String(made.body["mainChatId"])}/messages`;
    const message = { text: "Hello", idempotencyKey: "a" };
    const sent = await ask("POST", path, { body: message });
    expect(sent).toMatchObject({ status: 201, body: { text: "Hello", state: "queued" } });
    expect((await ask("POST", path, { body: message })).body["id"]).toBe(sent.body["id"]);
    const { body } = await ask("GET", `/workrooms/${String(made.body["id"])}`);
    expect(body).toMatchObject({ title: "Sales", queuedCount: 1 });
  });

  test("the same idempotency key makes one room, a draft is not listed until it has a message", async () => {
    const draft = { isDraft: true, idempotencyKey: "same" };
    const [one, two] = [
      await ask("POST", "/workrooms", { body: draft }),
      await ask("POST", "/workrooms", { body: draft }),
    ];
    expect(two.body["id"]).toBe(one.body["id"]);
    const listed = async () =>
      ((await ask("GET", "/workrooms")).body["workrooms"] as { id: string; title: string }[]).find(
        ({ id }) => id === one.body["id"],
      );
    expect(await listed()).toBeUndefined();
    const message = { text: "Make a page\nwith charts", idempotencyKey: "b" };
    await ask("POST", `/chats/${String(one.body["mainChatId"])}/messages`, { body: message });
    expect(await listed()).toMatchObject({ title: "Make a page" });
  });

  test("messages: empty and 100,001 characters are refused in plain words, 100,000 are taken", async () => {
    const { chatId } = await makeRoom();
    const send = (text: string) =>
      ask("POST", `/chats/${chatId}/messages`, {
        body: { text, idempotencyKey: newId("request") },
      });
    expect(await send(" \n ")).toMatchObject({
      status: 400,
      body: { code: "invalid_input", detail: "Write something first." },
    });
    expect((await send("x".repeat(100_001))).body["detail"]).toContain("100,000 characters");
    expect((await send("x".repeat(100_000))).status).toBe(201);
    expect((await send("nul \0 byte")).body["text"]).toBe("nul  byte");
  });

  test("a message that waits can be changed and taken back by its author", async () => {
    const { chatId } = await makeRoom();
    const sent = await ask("POST", `/chats/${chatId}/messages`, {
      body: { text: "one", idempotencyKey: "c" },
    });
    const path = `/chats/${chatId}/messages/${String(sent.body["id"])}`;
    expect((await ask("PATCH", path, { body: { text: "two" } })).body["text"]).toBe("two");
    expect((await ask("DELETE", path)).body["state"]).toBe("removed");
    expect((await ask("DELETE", path)).status).toBe(409);
    const { body } = await ask("GET", `/chats/${chatId}/events?after=0`);
    expect((body["events"] as { seq: number }[]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test.each([
    ["an unknown key", "POST", "/workrooms", { body: { owner: "me" } }, 400, "invalid_input"],
    ["no JSON", "POST", "/workrooms", { body: "{" }, 400, "invalid_input"],
    ["a list", "POST", "/workrooms", { body: "[]" }, 400, "invalid_input"],
    ["null", "POST", "/workrooms", { body: "null" }, 400, "invalid_input"],
    ["a number", "POST", "/workrooms", { body: "1e999" }, 400, "invalid_input"],
    [
      "a form",
      "POST",
      "/workrooms",
      { body: "a=b", headers: { "content-type": "text/plain" } },
      400,
      "invalid_input",
    ],
    [
      "a broken encoding",
      "POST",
      "/workrooms",
      { body: Buffer.from('{"title":"\xff\xfe"}', "latin1") },
      400,
      "invalid_input",
    ],
    [
      "a character that no database keeps",
      "POST",
      "/workrooms",
      { body: { title: "a\0b" } },
      400,
      "invalid_input",
    ],
    [
      "too large a body",
      "POST",
      "/workrooms",
      { body: `"${"x".repeat(1_100_000)}"` },
      413,
      "too_large",
    ],
    [
      "another origin",
      "POST",
      "/workrooms",
      { headers: { origin: "http://evil.example" } },
      403,
      "forbidden",
    ],
    ["no session", "GET", "/workrooms", { headers: { cookie: "" } }, 401, "unauthenticated"],
    ["an unknown path", "GET", "/nothing", {}, 404, "not_found"],
    ["a foreign id", "GET", `/workrooms/${newId("workroom")}`, {}, 404, "not_found"],
    ["no id at all", "GET", "/workrooms/x", {}, 400, "invalid_input"],
    [
      "a foreign organisation",
      "GET",
      "/workrooms",
      { headers: { "workroom-org": "org_x" } },
      404,
      "not_found",
    ],
  ])("%s answers with a problem document", async (_name, method, path, asked, status, code) => {
    const answer = await ask(method, path, asked as Asked);
    expect(answer).toMatchObject({ status, type: "application/problem+json", body: { code } });
    expect(answer.body["type"]).toBe(`/docs/api#problem-${code}`);
    expect(String(answer.body["detail"]).length).toBeGreaterThan(5);
  });

  const many = JSON.stringify({ title: Array.from({ length: 30_000 }, () => 1) });
  test.each([
    ["an unknown field", { body: { title: "a", "own/er~": 1 } }, ["/own~1er~0"]],
    ["every unknown field", { body: { b: 1, c: 2 } }, ["/b", "/c"]],
    ["a field of another type", { body: { title: 7 } }, ["/title"]],
    ["a text that is too long", { body: { title: "x".repeat(200) } }, ["/title"]],
    ["a nest of 10,000", { body: `{"title":${deep(10_000)}}` }, ["/title"]],
    ["a nest of lists", { body: `{"t":${"[".repeat(400_000)}${"]".repeat(400_000)}}` }, ["/t"]],
    ["a field with too many values", { body: many }, ["/title"]],
    ["a field that would change the prototype", { body: '{"__proto__":{"a":1}}' }, ["/__proto__"]],
    ["a field of the path in the body", { body: {}, query: "?title=x" }, ["/title"]],
  ])(
    "%s is named by its pointer",
    async (_name, { query = "", ...asked }: Asked & { query?: string }, pointers) => {
      const { status, body } = await ask("POST", `/workrooms${query}`, asked);
      expect(status).toBe(400);
      const errors = body["errors"] as { pointer: string; detail: string }[];
      expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
      for (const { detail } of errors) expect(detail.length).toBeGreaterThan(5);
    },
  );

  test("what the path says can't be said differently in the body, and the same field twice counts once", async () => {
    const { id } = await makeRoom();
    const other = { title: "New", workroomId: newId("workroom") };
    const refused = await ask("PATCH", `/workrooms/${id}`, { body: other });
    expect(refused.body["errors"]).toMatchObject([{ pointer: "/workroomId" }]);
    const twice = await ask("PATCH", `/workrooms/${id}`, {
      body: '{"title":"First","title":"Last"}',
    });
    expect(twice.body["title"]).toBe("Last");
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  test.each([
    ["?after=x", "/after"],
    ["?after=1.5", "/after"],
    ["?after=", "/after"],
    ["?after=-1", "/after"],
    ["?after=1&after=2", "/after"],
    ["?limit=100000", "/limit"],
    ["?nothing=1", "/nothing"],
  ])("the query %s is refused and named", async (query, pointer) => {
    const { chatId } = await makeRoom();
    const { status, body } = await ask("GET", `/chats/${chatId}/events${query}`);
    expect(status).toBe(400);
    expect(body["errors"]).toMatchObject([{ pointer }]);
  });

  test("a method that a path doesn't have is named with those it has; OPTIONS asks for them", async () => {
    const put = await ask("PUT", "/workrooms");
    expect(put).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(put.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
    const options = await ask("OPTIONS", "/workrooms");
    expect(options).toMatchObject({ status: 204, text: "" });
    expect(options.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
    expect(options.headers.get("access-control-allow-origin")).toBeNull();
    expect((await ask("HEAD", "/viewer")).status).toBe(200);
  });

  test("a failure of ours shows a number and none of its words, also when its answer has a wrong form", async () => {
    const failing = [
      async () => {
        throw new Error("secret detail");
      },
      async () => ({ secret: "secret detail" }),
    ];
    for (const run of failing) {
      const broken = { ...verbs.find(({ name }) => name === "viewer.get")!, run };
      const request = new Request(`${ORIGIN}/api/v1/viewer`, { headers: { cookie: rest.cookie } });
      const response = await dispatchVerb([broken], rest.ports, request, ["viewer"]);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toContain("secret detail");
      expect(text).toMatch(/req_[0-9a-z]{20}/);
    }
  });

  test("calls over the rate limit are refused with the time to wait; each answer says what is left", async () => {
    const ports = { ...rest.ports, settings: { ...rest.ports.settings, apiRate: 3 / 600 } };
    const asked = { ports, headers: { cookie: rest.cookie } };
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1)
      statuses.push((await ask("GET", "/chats/x/queue", asked)).status);
    const last = await ask("GET", "/chats/x/queue", asked);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(last).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(last.headers.get("ratelimit-policy")).toBe('"read";q=3;w=60');
    expect(last.headers.get("ratelimit")).toMatch(/^"read";r=0;t=\d+$/);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("a revoked session is over at once", async () => {
    expect((await ask("GET", "/viewer")).status).toBe(200);
    await revokeSession(rest.ports, rest.sessionId);
    const answer = await ask("GET", "/viewer");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });
});
