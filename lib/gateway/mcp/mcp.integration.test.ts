import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { apiKeys } from "@/lib/db/schema";
import type { ApiKeyScope } from "@/lib/protocol/api-keys";
import { fileOps } from "@/lib/protocol/file-ops";
import { addKey } from "@/test/add-key";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let roomId: string;
let root: string;
let key: { id: string; secret: string };
const clients: Client[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  roomId = (await gateway.addRoom(person)).id;
  root = gateway.rooms.workspace(roomId);
  await mkdir(join(root, "input"), { recursive: true });
  await writeFile(join(root, "input/a.csv"), "a,b\n1,2\n");
  key = await makeKey(["read", "write", "run"]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => gateway.close());

const makeKey = (scopes: ApiKeyScope[], expiresAt: Date | null = null, who = person) =>
  addKey(gateway, { ...who, scopes, expiresAt });

type How = { secret?: string; mode?: "legacy" | "auto"; headers?: Record<string, string> };

/** The official client; only the way to the loopback is ours, since Node resolves no `*.localhost`. */
async function connect(path: string, { secret = key.secret, mode = "auto", headers }: How = {}) {
  const client = new Client(
    { name: "tester", version: "1" },
    mode === "auto" ? { versionNegotiation: { mode } } : {},
  );
  const host = `workroom.localhost:${gateway.port}`;
  const fetchHere = async (input: string | URL, init: RequestInit = {}) => {
    const sent = new Headers(init.headers);
    for (const [name, value] of Object.entries(headers ?? {})) sent.set(name, value);
    sent.set("authorization", `Bearer ${secret}`);
    const body = typeof init.body === "string" ? init.body : "";
    if (body) sent.set("content-length", String(Buffer.byteLength(body)));
    const asked = { host, method: init.method ?? "GET", headers: Object.fromEntries(sent), body };
    const answer = await ask(gateway.port, new URL(input).pathname, asked);
    const type = String(answer.headers["content-type"] ?? "text/plain");
    const content = answer.body.length === 0 ? null : new Uint8Array(answer.body);
    return new Response(content, { status: answer.status, headers: { "content-type": type } });
  };
  const url = new URL(`http://${host}${path}`);
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: fetchHere }));
  clients.push(client);
  return client;
}

const inRoom = (how?: How, id = roomId) => connect(`/api/v1/workspaces/${id}/mcp`, how);
const textOf = (result: unknown) =>
  (result as { content: { text: string }[] }).content.map(({ text }) => text).join("");
const call = (client: Client, name: string, input: Record<string, unknown>) =>
  client.callTool({ name, arguments: input });

describe.each(["legacy", "auto"] as const)("a client of the %s protocol", (mode) => {
  test("finds the eleven operations with their schemas, and works with files by them", async () => {
    const client = await inRoom({ mode });
    expect(client.getServerVersion()).toMatchObject({ name: "files" });
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(fileOps)));
    for (const tool of tools) expect(tool.inputSchema).toMatchObject({ type: "object" });
    const path = `output/${mode}.txt`;
    await call(client, "write", { path, content: "one\n" });
    await call(client, "append", { path, content: "two\n" });
    const read = await call(client, "read", { path: `/workspace/${path}` });
    expect(textOf(read)).toBe("one\ntwo\n");
    expect(read.structuredContent).toMatchObject({ size: 8, isBinary: false, isTruncated: false });
    expect(await readFile(join(root, path), "utf8")).toBe("one\ntwo\n");
    const edited = await call(client, "edit", { path, oldText: "two", newText: "three" });
    expect(edited.structuredContent).toMatchObject({ replaced: 1 });
    const found = await call(client, "search", {
      pattern: "thr",
      path: "output",
      glob: `${mode}.*`,
    });
    expect(found.structuredContent).toMatchObject({ matches: [{ path, line: 2, text: "three" }] });
    expect((await call(client, "exists", { path: "nowhere" })).structuredContent).toEqual({
      exists: false,
      type: null,
    });
  });

  test("is told failures by their names, with what to do", async () => {
    const client = await inRoom({ mode });
    const failed = async (name: string, input: Record<string, unknown>) => {
      const result = await call(client, name, input);
      expect(result.isError).toBe(true);
      return textOf(result);
    };
    expect(await failed("read", { path: "none" })).toMatch(/^ENOENT: /);
    expect(await failed("write", { path: "input/x", content: "x" })).toMatch(/^EROFS: .*output/);
    expect(await failed("delete", { path: "input" })).toMatch(/^EROFS: /);
    expect(await failed("rmdir", { path: "/" })).toMatch(/^EBUSY: /);
    expect(await failed("read", { path: ".workroom/x" })).toMatch(/^EPERM: /);
    await writeFile(join(root, "large.txt"), "x".repeat(1_048_577));
    expect(await failed("read", { path: "large.txt" })).toMatch(
      /^E2BIG: .*offset 0 and length 1048576/,
    );
    const part = await call(client, "read", { path: "large.txt", length: 5 });
    expect(part.structuredContent).toMatchObject({ content: "xxxxx", isTruncated: true });
    await symlink("/etc/passwd", join(root, `out-${mode}`));
    expect(await failed("read", { path: `out-${mode}` })).toMatch(/^ENOENT: .*outside/);
  });
});

describe("the door", () => {
  const refused = async (how: How, id = roomId) =>
    inRoom(how, id).then(
      () => "let in",
      (error: unknown) => String(error),
    );

  test("stays shut without a key, and with a wrong, expired or revoked one", async () => {
    const path = `/api/v1/workspaces/${roomId}/mcp`;
    const host = `workroom.localhost:${gateway.port}`;
    const cookie = await ask(gateway.port, path, {
      host,
      method: "POST",
      headers: { cookie: person.cookie, origin: gateway.appOrigin, "content-length": "0" },
    });
    expect([cookie.status, cookie.headers["www-authenticate"]]).toEqual([
      401,
      'Bearer realm="Workroom"',
    ]);
    const expired = await makeKey(["read"], new Date(Date.now() - 1_000));
    const revoked = await makeKey(["read"]);
    await inSystem(gateway.db, (tx) =>
      tx.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, revoked.id)),
    );
    for (const secret of ["wrk_nonsense", expired.secret, revoked.secret])
      expect(await refused({ secret })).not.toBe("let in");
    expect(await refused({ headers: { origin: "https://evil.example" } })).not.toBe("let in");
  });

  test("shows nothing of another organisation's workspace, and lets a key do no more than its scopes", async () => {
    const stranger = await gateway.addPerson();
    const foreign = await makeKey(["read", "write", "run"], null, stranger);
    const outside = await inRoom({ secret: foreign.secret });
    const answer = await call(outside, "read", { path: "input/a.csv" });
    expect([answer.isError, textOf(answer)]).toEqual([true, "Workroom not found."]);
    const reader = await inRoom({ secret: (await makeKey(["read"])).secret });
    expect(textOf(await call(reader, "read", { path: "input/a.csv" }))).toBe("a,b\n1,2\n");
    const denied = await call(reader, "write", { path: "output/x", content: "x" });
    expect([denied.isError, textOf(denied)]).toEqual([true, expect.stringContaining("scope")]);
  });

  test("without a workspace, each name has a session of its own, made by the first call", async () => {
    const one = await connect("/api/v1/mcp", { headers: { "mcp-session": "one" } });
    const two = await connect("/api/v1/mcp", { headers: { "mcp-session": "two" } });
    const again = await connect("/api/v1/mcp", { headers: { "mcp-session": "one" } });
    await call(one, "write", { path: "output/only-one", content: "1" });
    expect(
      (await call(two, "exists", { path: "output/only-one" })).structuredContent,
    ).toMatchObject({ exists: false });
    expect(textOf(await call(again, "read", { path: "output/only-one" }))).toBe("1");
  });
});
