import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, TestSocket } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let host: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  host = `workroom.localhost:${gateway.port}`;
});
afterAll(() => gateway.close());

type Passed = { headers: Record<string, string> };
const passed = async (headers: Record<string, string | string[]>, method = "GET") => {
  const answer = await ask(gateway.port, "/page", { host, headers, method });
  return {
    status: answer.status,
    seen: answer.status === 200 ? (JSON.parse(answer.text) as Passed) : null,
  };
};

describe("hosts", () => {
  test("this machine by number or plain name leads to the dashboard's address", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const answer = await ask(gateway.port, "/a?b=1", { host: `${name}:${gateway.port}` });
      expect([answer.status, answer.headers.location]).toEqual([302, `${gateway.appOrigin}/a?b=1`]);
    }
    const trick = await ask(gateway.port, "//evil.example/x", { host: "127.0.0.1" });
    expect(trick.headers.location).toBe(`${gateway.appOrigin}/`);
  });

  test("a name of nobody gets 421 and nothing of the dashboard", async () => {
    const answer = await ask(gateway.port, "/", {
      host: "evil.example",
      headers: { cookie: person.cookie },
    });
    expect(answer.status).toBe(421);
    expect((await ask(gateway.port, "/", { host: "127.0.0.1", method: "POST" })).status).toBe(421);
  });

  test("health answers under every name with the state of database, store and host", async () => {
    for (const name of [host, "127.0.0.1", "evil.example", `x.apps.localhost:${gateway.port}`]) {
      const answer = await ask(gateway.port, "/api/health", { host: name });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toEqual({
        status: "ok",
        database: "ok",
        store: "ok",
        host: "ok",
        version: "test",
      });
    }
  });
});

describe("what reaches Next", () => {
  test("no cookie but our own: a preview's cookies of the parent domain end at the gateway", async () => {
    const bomb = Array.from({ length: 180 }, (_, i) => `c${i}=${"x".repeat(4_000)}`).join("; ");
    const { status, seen } = await passed({ cookie: `${bomb}; ${person.cookie}; tossed=1` });
    expect(status).toBe(200);
    expect(seen?.headers["cookie"]).toBe(person.cookie);
  });

  test("no header by which a client could pass for a proxy, for Next or for us", async () => {
    const { seen } = await passed({
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      forwarded: "for=6.6.6.6",
      "x-real-ip": "6.6.6.6",
      "x-middleware-subrequest": "middleware:middleware:middleware",
      "x-invoke-path": "/admin",
      "x-workroom-address": "6.6.6.6",
      "x-workroom-user": "usr_root",
    });
    expect(JSON.stringify(seen)).not.toMatch(/6\.6\.6\.6|evil|middleware|invoke|usr_root/);
    expect(seen?.headers["x-workroom-address"]).toBe("127.0.0.1");
    expect(seen?.headers["x-forwarded-host"]).toBe(host);
  });

  test("each answer has a policy with its own nonce, and Next is told the same one", async () => {
    const [one, two] = await Promise.all([
      ask(gateway.port, "/", { host }),
      ask(gateway.port, "/", { host }),
    ]);
    const policy = String(one.headers["content-security-policy"]);
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']{20,}'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect((JSON.parse(one.text) as Passed).headers["content-security-policy"]).toBe(policy);
    expect(two.headers["content-security-policy"]).not.toBe(policy);
    expect(one.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
    });
  });
});

test("a body that is huge or of unknown length is refused before Next reads it", async () => {
  const headers = { cookie: person.cookie, origin: gateway.appOrigin };
  expect((await passed({ ...headers, "content-length": "40000000" }, "POST")).status).toBe(413);
  expect((await passed({ ...headers, "transfer-encoding": "chunked" }, "POST")).status).toBe(400);
});

describe("requests that other pages make", () => {
  test.each([
    ["same-site", "cors", "empty"],
    ["cross-site", "no-cors", "script"],
    ["same-site", "navigate", "iframe"],
    ["same-site", "websocket", "websocket"],
  ])("a %s request of mode %s to %s is refused", async (site, mode, destination) => {
    const { status } = await passed({
      cookie: person.cookie,
      "sec-fetch-site": site,
      "sec-fetch-mode": mode,
      "sec-fetch-dest": destination,
    });
    expect(status).toBe(403);
  });

  test("a link from a preview still opens the dashboard", async () => {
    const headers = {
      "sec-fetch-site": "same-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect((await passed(headers)).status).toBe(200);
    expect((await passed({ ...headers, cookie: person.cookie }, "POST")).status).toBe(403);
  });

  test.each([
    ["http://evil.example"],
    ["null"],
    [undefined],
    ["http://p-abcdef.workroom.localhost:1"],
  ])("a change from origin %s with the session's cookie is refused", async (origin) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const headers = { cookie: person.cookie, ...(origin === undefined ? {} : { origin }) };
      expect((await passed(headers, method)).status).toBe(403);
    }
  });

  test("a change from our own page passes, whatever host a proxy header claims", async () => {
    const own = { cookie: person.cookie, origin: gateway.appOrigin };
    expect((await passed(own, "POST")).status).toBe(200);
    const spoofed = {
      cookie: person.cookie,
      origin: "http://evil.example",
      "x-forwarded-host": "evil.example",
    };
    expect((await passed(spoofed, "POST")).status).toBe(403);
  });
});

describe("sockets", () => {
  test.each([
    ["http://evil.example"],
    ["null"],
    ["http://p-abcdef.workroom.localhost:1"],
    [undefined],
  ])("a socket opened from %s is refused before the upgrade", async (origin) => {
    for (const path of ["/ws/live", "/ws/terminal"]) {
      const headers = { cookie: person.cookie, ...(origin === undefined ? {} : { origin }) };
      const socket = new TestSocket(gateway.port, path, host, headers);
      await expect(socket.opened).rejects.toThrow("403");
    }
  });

  test("the cookie alone opens no socket: without a ticket it is closed", async () => {
    const headers = { cookie: person.cookie, origin: gateway.appOrigin };
    const socket = new TestSocket(gateway.port, "/ws/live", host, headers);
    await socket.opened;
    socket.send({ type: "subscribe_chat", chatId: "ch_x", after: 0 });
    expect((await socket.closed).code).toBe(4_401);
  });

  test("a ticket opens one socket once", async () => {
    const ticket = await gateway.ticket(person, "live");
    const headers = { origin: gateway.appOrigin };
    const sockets = Array.from(
      { length: 5 },
      () => new TestSocket(gateway.port, "/ws/live", host, headers),
    );
    await Promise.all(sockets.map((socket) => socket.opened));
    for (const socket of sockets) socket.send({ type: "hello", ticket });
    const refused = await Promise.all(
      sockets.map((socket) =>
        Promise.race([
          socket.closed.then(() => true),
          socket.until((m: { type: string }) => m.type === "ready").then(() => false),
        ]),
      ),
    );
    expect(refused.filter(Boolean)).toHaveLength(4);
    for (const socket of sockets) socket.socket.terminate();
  });

  test("no upgrade of the dashboard reaches Next in production", async () => {
    const socket = new TestSocket(gateway.port, "/_next/webpack-hmr", host, {
      origin: gateway.appOrigin,
    });
    await expect(socket.opened).rejects.toThrow("404");
  });
});
