import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, createServer as createSocketServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { ask, askRaw, TestSocket } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let room: { id: string; previewKey: string };
let server: Server;
let port: number;
let onRequest: (request: IncomingMessage, response: ServerResponse) => void;
let seen: IncomingMessage[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  room = await gateway.addRoom(person);
  server = createServer((request, response) => {
    seen.push(request);
    onRequest(request, response);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
    socket.on("message", (text: Buffer) => socket.send(JSON.stringify(`echo ${text.toString()}`)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.close();
});
beforeEach(() => {
  seen = [];
  onRequest = (_request, response) => response.end("hello from the room");
});

const hostOf = (key: string, toPort?: number) =>
  `p-${key}${toPort === undefined ? "" : `-${toPort}`}.workroom.localhost:${gateway.port}`;

/** Opens a preview as the page does; resolves with the cookie of that host. */
async function open(who: Person, host: string, roomId: string, to = "/"): Promise<string> {
  const ticket = await gateway.ticket(who, "preview", roomId);
  const query = new URLSearchParams({ ticket, to });
  const answer = await ask(gateway.port, `/.workroom/open?${query}`, { host });
  expect([answer.status, answer.headers.location]).toEqual([302, to]);
  const [setCookie = ""] = answer.headers["set-cookie"] ?? [];
  expect(setCookie).toMatch(
    /^__Host-workroom\.access=\S+; Path=\/; Secure; HttpOnly; Max-Age=\d+; SameSite=Lax$/,
  );
  return setCookie.split(";")[0] ?? "";
}

describe("the door", () => {
  test("no cookie, another host's cookie, a forged one or the dashboard's: no byte of the preview", async () => {
    const host = hostOf(room.previewKey, port);
    const other = await gateway.addRoom(person);
    const cookie = await open(person, host, room.id);
    const elsewhere = await open(person, hostOf(other.previewKey, port), other.id);
    const attempts = [undefined, elsewhere, `${cookie}x`, cookie.replace("=", "=A"), person.cookie];
    for (const attempt of attempts) {
      const answer = await ask(gateway.port, "/", {
        host,
        headers: attempt === undefined ? {} : { cookie: attempt },
      });
      expect([answer.status, answer.text]).toEqual([
        401,
        expect.stringContaining("Open this preview from your workroom"),
      ]);
    }
    expect(seen).toEqual([]);
    expect((await ask(gateway.port, "/", { host, headers: { cookie } })).text).toBe(
      "hello from the room",
    );
  });

  test("a ticket works once, for its own room only, and leads to no other site", async () => {
    const host = hostOf(room.previewKey);
    const other = await gateway.addRoom(person);
    const ticket = await gateway.ticket(person, "preview", room.id);
    const use = (at: string, to: string) =>
      ask(gateway.port, `/.workroom/open?${new URLSearchParams({ ticket, to })}`, { host: at });
    expect((await use(host, "//evil.example")).headers.location).toBe("/");
    expect((await use(host, "/")).status).toBe(401);
    const foreign = await gateway.ticket(person, "preview", other.id);
    const tried = await ask(gateway.port, `/.workroom/open?ticket=${foreign}`, { host });
    expect([tried.status, tried.headers["set-cookie"]]).toEqual([401, undefined]);
    const stranger = await gateway.addPerson();
    const strange = await gateway.ticket(stranger, "preview", room.id);
    expect((await ask(gateway.port, `/.workroom/open?ticket=${strange}`, { host })).status).toBe(
      404,
    );
  });

  test("the cookie is dead soon after its session was revoked", async () => {
    const who = await gateway.addPerson();
    const own = await gateway.addRoom(who);
    const host = hostOf(own.previewKey, port);
    const cookie = await open(who, host, own.id);
    const socket = new TestSocket(gateway.port, "/", host, { cookie, origin: `http://${host}` });
    await socket.opened;
    await revokeSession(gateway.ports, who.sessionId);
    await socket.closed;
    await expect
      .poll(async () => (await ask(gateway.port, "/", { host, headers: { cookie } })).status, {
        timeout: 3_000,
      })
      .toBe(401);
  });

  test("a neighbour's page can link here, but not fetch, post or load from here", async () => {
    const host = hostOf(room.previewKey, port);
    const cookie = await open(person, host, room.id);
    const fetched = {
      "sec-fetch-site": "same-site",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
    };
    expect((await ask(gateway.port, "/", { host, headers: { cookie, ...fetched } })).status).toBe(
      403,
    );
    const framed = {
      "sec-fetch-site": "same-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "iframe",
    };
    expect((await ask(gateway.port, "/", { host, headers: { cookie, ...framed } })).status).toBe(
      200,
    );
    expect(
      (await ask(gateway.port, "/", { host, method: "POST", headers: { cookie, ...framed } }))
        .status,
    ).toBe(403);
    const socket = new TestSocket(gateway.port, "/", host, { cookie, origin: gateway.appOrigin });
    await expect(socket.opened).rejects.toThrow("403");
  });
});

describe("a server in the room", () => {
  let host: string;
  let cookie: string;
  beforeAll(async () => {
    host = hostOf(room.previewKey, port);
    cookie = await open(person, host, room.id);
  });

  test("gets the request with its own host and cookies, and nothing that names the person", async () => {
    await ask(gateway.port, "/a%20b?c=d", {
      host,
      method: "POST",
      headers: {
        cookie: `theme=dark; ${cookie}; ${person.cookie}`,
        "x-forwarded-for": "9.9.9.9",
        "x-workroom-user": "me",
        authorization: "Bearer of-the-preview",
      },
      body: "form",
    });
    const [request] = seen;
    expect(request?.url).toBe("/a%20b?c=d");
    expect(request?.headers).toMatchObject({
      host,
      cookie: "theme=dark",
      authorization: "Bearer of-the-preview",
    });
    expect(JSON.stringify(request?.rawHeaders)).not.toMatch(
      /__Host-workroom|9\.9\.9\.9|x-workroom/i,
    );
  });

  test("streams its answer as it comes, and its head before its body", async () => {
    const { promise: more, resolve: sendMore } = Promise.withResolvers<void>();
    onRequest = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: one\n\n");
      void more.then(() => response.end("data: two\n\n"));
    };
    const answered = askRaw(
      gateway.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    await expect.poll(() => seen.length).toBe(1);
    sendMore();
    expect(await answered).toMatch(/^HTTP\/1\.1 200 [^]*data: one[^]*data: two/);
  });

  test("can't set cookies for its neighbours, be framed elsewhere, or clear the site", async () => {
    onRequest = (_request, response) => {
      response.writeHead(200, {
        "set-cookie": [
          "a=1; Domain=workroom.localhost",
          "__Host-workroom.session=evil; Secure; Path=/",
        ],
        "x-frame-options": "DENY",
        "clear-site-data": '"*"',
        "cache-control": "public, max-age=600",
      });
      response.end("x");
    };
    const { headers } = await ask(gateway.port, "/", { host, headers: { cookie } });
    expect(headers["set-cookie"]).toEqual(["a=1"]);
    expect(headers).toMatchObject({
      "content-security-policy": `frame-ancestors ${gateway.appOrigin}`,
      "cache-control": "private, max-age=600",
    });
    expect(headers).not.toHaveProperty("x-frame-options");
    expect(headers).not.toHaveProperty("clear-site-data");
  });

  test("speaks WebSocket under the same host, so hot reload works", async () => {
    const headers = { cookie: `v=1; ${cookie}`, origin: `http://${host}` };
    const socket = new TestSocket(gateway.port, "/?token=x", host, headers);
    const first = await socket.until<{ url: string; headers: Record<string, string> }>(() => true);
    expect(first.url).toBe("/?token=x");
    expect(first.headers).toMatchObject({ host, origin: `http://${host}`, cookie: "v=1" });
    socket.socket.send("hi");
    await socket.until((message) => message === "echo hi");
    socket.socket.terminate();
  });

  test("that does not listen is told in plain words, and the page tries again by itself", async () => {
    const free = createSocketServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const unused = (free.address() as AddressInfo).port;
    await new Promise((resolve) => free.close(resolve));
    const at = hostOf(room.previewKey, unused);
    const own = await open(person, at, room.id);
    const answer = await ask(gateway.port, "/", { host: at, headers: { cookie: own } });
    expect([answer.status, answer.text]).toEqual([
      502,
      expect.stringMatching(/http-equiv="refresh"[^]*No server answers yet/),
    ]);
    expect(answer.headers["content-security-policy"]).toContain(
      `frame-ancestors ${gateway.appOrigin}`,
    );
    const socket = new TestSocket(gateway.port, "/", at, { cookie: own, origin: `http://${at}` });
    await expect(socket.opened).rejects.toThrow("503");
  });

  test("that answers nonsense, or hangs up, is told in plain words", async () => {
    const broken = createSocketServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("SSH-2.0-not-http\r\n"));
    }).listen(0, "127.0.0.1");
    await once(broken, "listening");
    const at = hostOf(room.previewKey, (broken.address() as AddressInfo).port);
    const own = await open(person, at, room.id);
    expect((await ask(gateway.port, "/", { host: at, headers: { cookie: own } })).status).toBe(502);
    broken.close();
  });

  test("that breaks off in the middle cuts the answer, and the next request is served", async () => {
    onRequest = (request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half");
      setImmediate(() => request.socket.resetAndDestroy());
    };
    await expect(ask(gateway.port, "/", { host, headers: { cookie } })).rejects.toThrow(
      /abort|hang up|reset/i,
    );
    onRequest = (_request, response) => response.end("up again");
    expect((await ask(gateway.port, "/", { host, headers: { cookie } })).text).toBe("up again");
  });

  test("is let go when the reader leaves in the middle of an endless answer", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    onRequest = (_request, response) => {
      response.on("close", resolve);
      const fill = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", fill);
      };
      fill();
    };
    const socket = connect(gateway.port, "127.0.0.1");
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
    await once(socket, "data");
    socket.destroy();
    await expect(closed).resolves.toBeUndefined();
  });

  test.each([
    ["a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "Content-Length: 4\r\nContent-Length: 40\r\n\r\nbody"],
    ["a folded header", "X-A: 1\r\n folded: 2\r\nContent-Length: 0\r\n\r\n"],
    ["a disguised encoding", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
  ])("%s smuggles no second request into the room", async (_name, rest) => {
    const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`;
    const answer = await askRaw(
      gateway.port,
      `POST /first HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n${rest}${smuggled}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen.map(({ url }) => url)).toEqual([]);
  });

  test("a pipelined request for another room's preview is judged on its own", async () => {
    const other = await gateway.addRoom(await gateway.addPerson());
    const theirs = hostOf(other.previewKey, port);
    const answer = await askRaw(
      gateway.port,
      `GET /mine HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\nGET /theirs HTTP/1.1\r\nHost: ${theirs}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1 (\d+)/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 401"]);
    expect(seen.map(({ url }) => url)).toEqual(["/mine"]);
  });
});

describe("files of the workspace", () => {
  let host: string;
  let cookie: string;
  let asleep: { id: string; previewKey: string };
  beforeAll(async () => {
    asleep = await gateway.addRoom(person, { isAsleep: true });
    host = hostOf(asleep.previewKey);
    cookie = await open(person, host, asleep.id, "/output/site/?a=1#top");
    const root = gateway.rooms.workspace(asleep.id);
    await mkdir(join(root, "output/site"), { recursive: true });
    await writeFile(join(root, "output/site/index.html"), "<h1>Sales</h1>");
    await writeFile(join(root, "output/site/app.mjs"), "export {}");
    await writeFile(join(root, "output/site/a b#.csv"), "x,y");
    await symlink("/etc", join(root, "output/etc"));
    await symlink("/etc/passwd", join(root, "output/passwd"));
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(gateway.port, path, { host, headers: { cookie, ...headers } });

  test("are served with their types while the room sleeps, a folder by its index.html", async () => {
    const index = await get("/output/site/");
    expect([index.status, index.text, index.headers["content-type"]]).toEqual([
      200,
      "<h1>Sales</h1>",
      "text/html; charset=utf-8",
    ]);
    expect((await get("/output/site?x=1")).headers.location).toBe("/output/site/?x=1");
    expect((await get("/output/site/app.mjs")).headers["content-type"]).toBe(
      "text/javascript; charset=utf-8",
    );
    expect((await get("/output/site/a%20b%23.csv")).text).toBe("x,y");
    const again = await get("/output/site/", { "if-none-match": String(index.headers.etag) });
    expect(again.status).toBe(304);
    expect((await get("/output/site/", { range: "bytes=0-3" })).text).toBe("<h1>");
    expect(index.headers).toMatchObject({
      "cache-control": "private, no-cache",
      "content-security-policy": `frame-ancestors ${gateway.appOrigin}`,
      "x-content-type-options": "nosniff",
    });
  });

  test("nothing outside the workspace is served, whatever the path or link", async () => {
    const paths = [
      "/../../../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/output/passwd",
      "/output/etc/passwd",
      "/..%2f..%2fetc%2fpasswd",
      "/%00",
      "/nope",
      "/input/",
    ];
    for (const path of paths) {
      const answer = await askRaw(
        gateway.port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain("root:");
    }
  });

  test("a server of a sleeping room is not asked", async () => {
    const at = hostOf(asleep.previewKey, port);
    const own = await open(person, at, asleep.id);
    const answer = await ask(gateway.port, "/", { host: at, headers: { cookie: own } });
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("asleep")]);
    expect(seen).toEqual([]);
  });
});
