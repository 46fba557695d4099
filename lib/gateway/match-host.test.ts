import { expect, test } from "vitest";
import { matchHost } from "./match-host";

const origins = {
  appUrl: new URL("http://workroom.localhost:3000"),
  previewUrl: new URL("http://workroom.localhost:3000"),
  appsUrl: new URL("http://apps.localhost:3000"),
};

test.each([
  ["workroom.localhost:3000", { kind: "dashboard" }],
  ["WORKROOM.localhost", { kind: "dashboard" }],
  ["p-abc123.workroom.localhost:3000", { kind: "preview", previewKey: "abc123", port: null }],
  ["p-abc123-5173.workroom.localhost", { kind: "preview", previewKey: "abc123", port: 5173 }],
  ["sales-2.apps.localhost:3000", { kind: "app", slug: "sales-2" }],
  ["127.0.0.1:3000", { kind: "loopback" }],
  ["localhost", { kind: "loopback" }],
  ["[::1]:3000", { kind: "loopback" }],
])("%s is %o", (host, match) => expect(matchHost(host, origins)).toEqual(match));

test.each([
  "p-abc123-0.workroom.localhost",
  "p-abc123-65536.workroom.localhost",
  "p-abc123-5173.evil.workroom.localhost",
  "p-abc123.apps.localhost.evil.example",
  "x.workroom.localhost",
  "-a.apps.localhost",
  "a.b.apps.localhost",
  "evil.example",
  "workroom.localhost.evil.example",
  "workroom.localhost:3000:80",
  "",
])("%s is nobody's", (host) => expect(matchHost(host, origins)).toEqual({ kind: "unknown" }));
