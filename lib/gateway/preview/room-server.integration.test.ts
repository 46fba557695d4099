import { once } from "node:events";
import { connect, createServer as createSocketServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, askRaw, TestSocket } from "@/test/gateway/ask";
import { startPreview, type TestPreview } from "@/test/gateway/start-preview";

let preview: TestPreview;
beforeAll(async () => {
  preview = await startPreview();
});
afterAll(() => preview.close());
beforeEach(() => preview.reset());

describe("a server in the room", () => {
  let host: string;
  let cookie: string;
  beforeAll(async () => {
    host = preview.hostOf(preview.room.previewKey, preview.port);
    cookie = await preview.open(preview.person, host, preview.room.id);
  });

  test("gets the request with its own host and cookies, and nothing that names the person", async () => {
    await ask(preview.gateway.port, "/a%20b?c=d", {
      host,
      method: "POST",
      headers: {
        cookie: `theme=dark; ${cookie}; ${preview.person.cookie}`,
        "x-forwarded-for": "9.9.9.9",
        "x-workroom-user": "me",
        authorization: "Bearer of-the-preview",
      },
      body: "form",
    });
    const [request] = preview.seen;
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
    preview.answerWith((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: one\n\n");
      void more.then(() => response.end("data: two\n\n"));
    });
    const answered = askRaw(
      preview.gateway.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    await expect.poll(() => preview.seen.length).toBe(1);
    sendMore();
    expect(await answered).toMatch(/^HTTP\/1\.1 200 [^]*data: one[^]*data: two/);
  });

  test("can't set cookies for its neighbours, be framed elsewhere, or clear the site", async () => {
    preview.answerWith((_request, response) => {
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
    });
    const { headers } = await ask(preview.gateway.port, "/", { host, headers: { cookie } });
    expect(headers["set-cookie"]).toEqual(["a=1"]);
    expect(headers).toMatchObject({
      "content-security-policy": `frame-ancestors ${preview.gateway.appOrigin}`,
      "cache-control": "private, max-age=600",
    });
    expect(headers).not.toHaveProperty("x-frame-options");
    expect(headers).not.toHaveProperty("clear-site-data");
  });

  test("speaks WebSocket under the same host, so hot reload works", async () => {
    const headers = { cookie: `v=1; ${cookie}`, origin: `http://${host}` };
    const socket = new TestSocket(preview.gateway.port, "/?token=x", host, headers);
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
    const at = preview.hostOf(preview.room.previewKey, unused);
    const own = await preview.open(preview.person, at, preview.room.id);
    const answer = await ask(preview.gateway.port, "/", { host: at, headers: { cookie: own } });
    expect([answer.status, answer.text]).toEqual([
      502,
      expect.stringMatching(/http-equiv="refresh"[^]*No server answers yet/),
    ]);
    expect(answer.headers["content-security-policy"]).toContain(
      `frame-ancestors ${preview.gateway.appOrigin}`,
    );
    const socket = new TestSocket(preview.gateway.port, "/", at, {
      cookie: own,
      origin: `http://${at}`,
    });
    await expect(socket.opened).rejects.toThrow("503");
  });

  test("that answers nonsense, or hangs up, is told in plain words", async () => {
    const broken = createSocketServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("SSH-2.0-not-http\r\n"));
    }).listen(0, "127.0.0.1");
    await once(broken, "listening");
    const at = preview.hostOf(preview.room.previewKey, (broken.address() as AddressInfo).port);
    const own = await preview.open(preview.person, at, preview.room.id);
    expect(
      (await ask(preview.gateway.port, "/", { host: at, headers: { cookie: own } })).status,
    ).toBe(502);
    broken.close();
  });

  test("that breaks off in the middle cuts the answer, and the next request is served", async () => {
    preview.answerWith((request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half");
      setImmediate(() => request.socket.resetAndDestroy());
    });
    await expect(ask(preview.gateway.port, "/", { host, headers: { cookie } })).rejects.toThrow(
      /abort|hang up|reset/i,
    );
    preview.answerWith((_request, response) => response.end("up again"));
    expect((await ask(preview.gateway.port, "/", { host, headers: { cookie } })).text).toBe(
      "up again",
    );
  });

  test("is let go when the reader leaves in the middle of an endless answer", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    preview.answerWith((_request, response) => {
      response.on("close", resolve);
      const fill = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", fill);
      };
      fill();
    });
    const socket = connect(preview.gateway.port, "127.0.0.1");
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
      preview.gateway.port,
      `POST /first HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n${rest}${smuggled}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(preview.seen.map(({ url }) => url)).toEqual([]);
  });

  test("a pipelined request for another room's preview is judged on its own", async () => {
    const other = await preview.gateway.addRoom(await preview.gateway.addPerson());
    const theirs = preview.hostOf(other.previewKey, preview.port);
    const answer = await askRaw(
      preview.gateway.port,
      `GET /mine HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\nGET /theirs HTTP/1.1\r\nHost: ${theirs}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1 (\d+)/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 401"]);
    expect(preview.seen.map(({ url }) => url)).toEqual(["/mine"]);
  });
});
