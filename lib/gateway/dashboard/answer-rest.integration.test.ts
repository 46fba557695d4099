import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
});
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: string) =>
  ask(gateway.port, path, {
    method,
    host: `workroom.localhost:${gateway.port}`,
    headers: {
      cookie: person.cookie,
      origin: gateway.appOrigin,
      ...(body === undefined
        ? {}
        : {
            "content-type": "application/json",
            "content-length": String(Buffer.byteLength(body)),
          }),
    },
    ...(body === undefined ? {} : { body }),
  });

test("a verb is answered with its status, its headers and JSON; HEAD has the head alone", async () => {
  const { id } = await gateway.addRoom(person);
  const found = await call("GET", `/api/v1/workrooms/${id}`);
  expect([found.status, JSON.parse(found.text).id]).toEqual([200, id]);
  expect(found.headers).toMatchObject({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const head = await call("HEAD", `/api/v1/workrooms/${id}`);
  expect([head.status, head.text]).toEqual([200, ""]);
  const options = await call("OPTIONS", `/api/v1/workrooms/${id}`);
  expect([options.status, options.text]).toEqual([204, ""]);
  expect(options.headers.allow).toContain("PATCH");
});

test("a body is read whole and parsed; what is wrong with it is told", async () => {
  const { id } = await gateway.addRoom(person);
  const renamed = await call("PATCH", `/api/v1/workrooms/${id}`, '{"title":"Größe 😀"}');
  expect([renamed.status, JSON.parse(renamed.text).title]).toEqual([200, "Größe 😀"]);
  expect((await call("PATCH", `/api/v1/workrooms/${id}`, "{")).status).toBe(400);
});

test.each([
  "/api/v1/",
  "/api/v1/nothing",
  "/api/v1/workrooms/%E0%A4%A",
  "/api/v1/workrooms/a%2Fb/",
])("%s is nothing, and says so as a problem document", async (path) => {
  const answer = await call("GET", path);
  expect([answer.status, answer.headers["content-type"]]).toEqual([
    404,
    "application/problem+json",
  ]);
});

test("a caller who breaks off in the middle of a body does no harm", async () => {
  const { id } = await gateway.addRoom(person);
  const lines = [
    `PATCH /api/v1/workrooms/${id} HTTP/1.1`,
    `Host: workroom.localhost:${gateway.port}`,
    `Origin: ${gateway.appOrigin}`,
    `Cookie: ${person.cookie}`,
    "Content-Type: application/json",
    "Content-Length: 100",
  ];
  const socket = connect(gateway.port, "127.0.0.1");
  await new Promise((sent) => socket.write(`${lines.join("\r\n")}\r\n\r\n{"title":`, sent));
  socket.destroy();
  expect((await call("GET", `/api/v1/workrooms/${id}`)).status).toBe(200);
});
