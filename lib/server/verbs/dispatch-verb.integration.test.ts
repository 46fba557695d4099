import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { sessionCookie } from "@/lib/auth/cookies";
import { writeSessionToken } from "@/lib/auth/session-token";
import { createSession } from "@/lib/domain/identity/create-session";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { newId } from "@/lib/ids";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { dispatchVerb } from "./dispatch-verb";
import { verbs } from "./registry";

let installation: Installation;
let cookie: string;
let sid: string;
const ORIGIN = "http://workroom.localhost:3000";

beforeAll(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", "0123456789abcdef0123456789abcdef");
  const dataDir = mkdtempSync(join(tmpdir(), "wr-rest-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
  });
  const { actor } = await addPerson(installation.ports);
  sid = await createSession(installation.ports, { userId: actor.userId, userAgent: "" });
  cookie = `${sessionCookie}=${await writeSessionToken({ sid, uid: actor.userId }, 3_600)}`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await installation.close();
});

type Asked = { body?: unknown; headers?: Record<string, string> };
async function ask(method: string, path: string, { body, headers = {} }: Asked = {}) {
  const url = new URL(`/api/v1${path}`, ORIGIN);
  const request = new Request(url, {
    method,
    headers: { cookie, origin: ORIGIN, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const parts = url.pathname.replace("/api/v1/", "").split("/");
  const response = await dispatchVerb(verbs, installation.ports, request, parts);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
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
    const { body } = await ask("GET", "/workrooms?view=mine");
    expect(body["workrooms"]).toMatchObject([{ title: "Sales", queuedCount: 1 }]);
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
    [
      "a form",
      "POST",
      "/workrooms",
      { body: "a=b", headers: { "content-type": "text/plain" } },
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
      { headers: { "x-workroom-org": "org_x" } },
      404,
      "not_found",
    ],
  ])("%s answers with a problem document", async (_name, method, path, asked, status, code) => {
    const answer = await ask(method, path, asked as Asked);
    expect(answer).toMatchObject({ status, type: "application/problem+json", body: { code } });
    expect(String(answer.body["detail"]).length).toBeGreaterThan(5);
  });

  test("a method that a path doesn't have is named with those it has", async () => {
    expect((await ask("PUT", "/workrooms")).status).toBe(405);
  });

  test("a failure of ours shows a number and none of its words", async () => {
    const broken = {
      ...verbs[0]!,
      run: async () => {
        throw new Error("secret detail");
      },
    };
    const request = new Request(`${ORIGIN}/api/v1/viewer`, { headers: { cookie } });
    const response = await dispatchVerb([broken], installation.ports, request, ["viewer"]);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain("secret detail");
    expect(text).toMatch(/req_[0-9a-z]{20}/);
  });

  test("a revoked session is over at once", async () => {
    expect((await ask("GET", "/viewer")).status).toBe(200);
    await revokeSession(installation.ports, sid);
    expect((await ask("GET", "/viewer")).status).toBe(401);
  });
});
