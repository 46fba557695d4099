import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, TestSocket } from "../gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "../gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let room: { id: string; chatId: string; previewKey: string };
let host: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  room = await gateway.addRoom(person);
  host = `workroom.localhost:${gateway.port}`;
});
afterAll(() => gateway.close());

const reads = () => [
  `/api/v1/workrooms/${room.id}/download?path=a.txt`,
  `/api/v1/chats/${room.chatId}/events/stream`,
  `/api/v1/audit/export`,
  `/apps/open?slug=x`,
  "/",
];
/** What the browser of a signed-in person sends when a page of somebody else makes it ask. */
const foreign: [string, Record<string, string>][] = [
  ["of another site", { origin: "http://evil.example" }],
  ["of a frame without an origin", { origin: "null" }],
  ["of a preview", { origin: "http://p-abcdef.workroom.localhost" }],
  ["of our name at another port", { origin: "http://workroom.localhost:1" }],
  ["of our name under another scheme", { origin: "https://workroom.localhost" }],
  [
    "that claims to come through a proxy of ours",
    {
      origin: "http://evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "http",
    },
  ],
  [
    "that a browser marks as cross-site",
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
  ],
  [
    "that a browser marks as same-site",
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  ],
];

describe.each(foreign)("a request %s", (_what, headers) => {
  test("reads nothing through any door", async () => {
    for (const path of reads()) {
      const answer = await ask(gateway.port, path, {
        host,
        headers: { cookie: person.cookie, ...headers },
      });
      expect({
        path,
        status: answer.status,
        cors: answer.headers["access-control-allow-origin"],
      }).toEqual({
        path,
        status: 403,
        cors: undefined,
      });
    }
  });

  test("sends no form, no upload and no JSON", async () => {
    const asked: [string, string, string][] = [
      ["POST", "/api/v1/workrooms", "application/x-www-form-urlencoded"],
      ["POST", "/api/v1/workrooms", "multipart/form-data; boundary=x"],
      ["POST", "/api/v1/workrooms", "text/plain"],
      ["POST", "/api/v1/workrooms", "application/json"],
      ["DELETE", `/api/v1/workrooms/${room.id}`, "application/json"],
      ["PUT", `/api/v1/workrooms/${room.id}/upload?path=a.txt`, "application/octet-stream"],
      ["POST", "/api/auth/signout", "application/x-www-form-urlencoded"],
    ];
    const passed = gateway.passed.length;
    for (const [method, path, type] of asked) {
      const answer = await ask(gateway.port, path, {
        host,
        method,
        headers: { cookie: person.cookie, "content-type": type, "content-length": "2", ...headers },
        body: "{}",
      });
      expect({ path, type, status: answer.status }).toEqual({ path, type, status: 403 });
    }
    expect(gateway.passed).toHaveLength(passed);
  });
});

test("a change without any Origin is refused when it carries a cookie", async () => {
  for (const [method, path] of [
    ["POST", "/api/v1/workrooms"],
    ["PUT", `/api/v1/workrooms/${room.id}/upload?path=a.txt`],
  ] as const) {
    const headers = { cookie: person.cookie, "content-length": "2" };
    const answer = await ask(gateway.port, path, { host, method, headers, body: "{}" });
    expect({ path, status: answer.status }).toEqual({ path, status: 403 });
  }
});

test.each([["http://evil.example"], ["null"], [undefined], ["http://p-abcdef.workroom.localhost"]])(
  "a socket of an origin %s opens nowhere, with a cookie and a ticket in hand",
  async (origin) => {
    const previewHost = `p-${room.previewKey}-80.${host}`;
    for (const [path, name] of [
      ["/ws/live", host],
      ["/ws/terminal", host],
      ["/", previewHost],
    ] as const) {
      const headers = {
        cookie: person.cookie,
        "x-forwarded-host": "evil.example",
        ...(origin !== undefined && { origin }),
      };
      const socket = new TestSocket(gateway.port, path, name, headers);
      await expect(socket.opened).rejects.toThrow(/403|401/);
    }
  },
);
