import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let roomId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  roomId = (await gateway.addRoom(person)).id;
});
afterAll(() => gateway.close());

async function call<T>(method: "GET" | "POST", what: string, fields: Record<string, unknown>) {
  const isGet = method === "GET";
  const query = isGet ? `?${new URLSearchParams(fields as Record<string, string>)}` : "";
  const body = isGet ? undefined : JSON.stringify(fields);
  const answer = await ask(gateway.port, `/api/v1/workspaces/${roomId}/files/${what}${query}`, {
    host: `workroom.localhost:${gateway.port}`,
    method,
    headers: {
      cookie: person.cookie,
      origin: gateway.appOrigin,
      ...(body && {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
    },
    ...(body && { body }),
  });
  return { status: answer.status, body: JSON.parse(answer.text) as T };
}
const write = (path: string, content: string) => call("POST", "write", { path, content });
type Read = { content: string };
const textOf = async (path: string) => (await call<Read>("GET", "read", { path })).body.content;
type Versions = { versions: { seq: number; content: { size: number } | null; reason: string }[] };
const versionsOf = async (path: string) =>
  (await call<Versions>("GET", "versions", { path })).body.versions;

test("each saved state of a file is listed, can be read, and comes back; what was there before is kept too", async () => {
  await write("output/plan.txt", "one");
  await write("output/plan.txt", "two two");
  await write("output/other.txt", "x");
  await write("output/plan.txt", "three three");
  const versions = await versionsOf("output/plan.txt");
  expect(versions.map(({ content }) => content?.size)).toEqual([11, 7, 3]);
  const first = versions[2]?.seq ?? -1;
  const then = await call<{ text: string }>("GET", "version", {
    path: "output/plan.txt",
    seq: first,
  });
  expect(then.body.text).toBe("one");
  const back = await call("POST", "restore", { path: "output/plan.txt", seq: first });
  expect([back.status, back.body]).toEqual([200, { restored: 1 }]);
  expect(await textOf("output/plan.txt")).toBe("one");
  expect(await textOf("output/other.txt")).toBe("x");
  expect((await versionsOf("output/plan.txt")).map(({ content }) => content?.size)).toEqual([
    3, 11, 7, 3,
  ]);
});

test("a folder that was deleted comes back whole", async () => {
  await write("output/tree/a.txt", "a");
  await write("output/tree/deep/b.txt", "b");
  expect((await call("POST", "rmdir", { path: "output/tree" })).status).toBe(200);
  expect((await call("GET", "read", { path: "output/tree/a.txt" })).status).toBe(404);
  expect((await versionsOf("output/tree/a.txt"))[0]?.content).toBeNull();
  expect((await call("POST", "restore", { path: "output/tree" })).status).toBe(200);
  expect(await textOf("output/tree/a.txt")).toBe("a");
  expect(await textOf("output/tree/deep/b.txt")).toBe("b");
});

test("what was never deleted or never was can't be restored", async () => {
  await write("output/here.txt", "x");
  expect((await call("POST", "restore", { path: "output/here.txt" })).status).toBe(409);
  expect((await call("POST", "restore", { path: "output/never.txt", seq: 1 })).status).toBe(404);
  expect((await call("POST", "restore", { path: "" })).status).toBe(400);
});
