import type { Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkHead } from "./check-head";
import { createStrictServer } from "./http-server";
import { sendFailure } from "./send-failure";
import { createLog } from "@/lib/log";

const log = createLog("test", "silent");
let server: Server;
let seen: string[] = [];

beforeAll(async () => {
  server = createStrictServer();
  server.on("request", (request, response) => {
    try {
      checkHead(request);
      seen.push(`${request.method} ${request.url}`);
      request.resume();
      request.on("end", () => response.end("ok"));
    } catch (error) {
      sendFailure(request, response, error, log);
    }
  });
  server.on("upgrade", (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends bytes as they are and reads until the server closes. */
function sendRaw(bytes: string): Promise<string> {
  seen = [];
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () =>
      socket.write(bytes),
    );
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error("the server kept the connection")));
  });
}

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
const attacks: [name: string, head: string][] = [
  [
    "both a length and chunks",
    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "two lengths",
    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
  ],
  ["a folded header", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n folded\r\n\r\n"],
  ["a space before the colon", "GET /a HTTP/1.1\r\nHost: h\r\nX-A : 1\r\n\r\n"],
  ["bare line feeds", "GET /a HTTP/1.1\nHost: h\n\n"],
  ["a length with a sign", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello"],
  ["a bad chunk size", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
  [
    "an encoding beside chunked",
    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  ],
  ["a disguised encoding", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n"],
  [
    "two encodings",
    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["two hosts", "GET /a HTTP/1.1\r\nHost: h\r\nHost: evil\r\nConnection: close\r\n\r\n"],
  ["no host", "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n"],
  ["a whole URL as target", "GET http://evil/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"],
  ["a NUL byte in a header", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: a\0b\r\n\r\n"],
];

test.each(attacks)("%s is refused and what follows is not answered", async (_name, head) => {
  const closing = head.includes("Connection: close") ? head : `${head}${smuggled}`;
  const answer = await sendRaw(closing);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  expect(seen.filter((line) => line.includes("smuggled"))).toEqual([]);
});

test("a jar of 180 cookies of 4 kB is read, not answered with 431", async () => {
  const cookies = Array.from({ length: 180 }, (_, i) => `c${i}=${"x".repeat(4_080)}`).join("; ");
  const answer = await sendRaw(
    `GET /a HTTP/1.1\r\nHost: h\r\nCookie: ${cookies}\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});

test("a request that offers another protocol is answered as a plain one", async () => {
  const answer = await sendRaw(
    "GET /plain HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(seen).toEqual(["GET /plain"]);
});

test("two plain requests on one connection are answered in order", async () => {
  await sendRaw(`GET /one HTTP/1.1\r\nHost: h\r\n\r\n${smuggled.replace("smuggled", "two")}`);
  expect(seen).toEqual(["GET /one", "GET /two"]);
});
