import { expect, test } from "vitest";
import { headersForRoom, headersFromRoom, hostOnlyCookie } from "./room-headers";

const origin = { protocol: "http:", host: "p-abc.workroom.localhost:3000" };
const ancestor = "http://workroom.localhost:3000";

test("the room never sees our cookies, identity headers or hop-by-hop headers", () => {
  const sent = headersForRoom(
    {
      host: origin.host,
      cookie: "a=1; __Host-workroom.session=S; __Host-workroom.access=A; b=2",
      "x-forwarded-for": "9.9.9.9",
      "x-workroom-user": "usr_1",
      "x-real-ip": "9.9.9.9",
      forwarded: "for=9.9.9.9",
      connection: "keep-alive, x-secret-hop",
      "x-secret-hop": "1",
      "transfer-encoding": "chunked",
      te: "trailers",
      accept: "*/*",
    },
    origin,
  );
  expect(sent).toEqual({
    host: origin.host,
    cookie: "a=1; b=2",
    accept: "*/*",
    "x-forwarded-proto": "http",
    "x-forwarded-host": origin.host,
  });
});

test("an answer of the room is framed by the dashboard only, kept by no shared cache, and can't clear the site", () => {
  const headers = headersFromRoom(
    [
      "Content-Type",
      "text/html",
      "X-Frame-Options",
      "DENY",
      "Content-Security-Policy",
      "script-src 'self'; frame-ancestors *",
      "Cache-Control",
      "public, max-age=60, s-maxage=600",
      "Clear-Site-Data",
      '"cookies"',
      "Strict-Transport-Security",
      "max-age=99",
      "Set-Cookie",
      "sid=1; Path=/; Domain=workroom.localhost; HttpOnly",
      "Set-Cookie",
      "__Host-workroom.session=evil; Secure; Path=/",
      "Connection",
      "close, x-hop",
      "X-Hop",
      "1",
    ],
    ancestor,
  );
  expect(headers).toEqual([
    ["Content-Type", "text/html"],
    ["Content-Security-Policy", "script-src 'self'"],
    ["Set-Cookie", "sid=1; Path=/; HttpOnly"],
    ["content-security-policy", `frame-ancestors ${ancestor}`],
    ["cache-control", "private, max-age=60"],
    ["origin-agent-cluster", "?1"],
  ]);
});

test.each([
  ["a=1; domain = .workroom.localhost", "a=1"],
  ["a=1; DOMAIN=x; Secure", "a=1; Secure"],
  ["a=1; domain", "a=1"],
  ["a=domain=x; Path=/", "a=domain=x; Path=/"],
])("%s leaves as %s", (sent, left) => expect(hostOnlyCookie(sent)).toBe(left));
