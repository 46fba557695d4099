import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, askRaw } from "@/test/gateway/ask";
import { startPreview, type TestPreview } from "@/test/gateway/start-preview";

let preview: TestPreview;
beforeAll(async () => {
  preview = await startPreview();
});
afterAll(() => preview.close());
beforeEach(() => preview.reset());

describe("files of the workspace", () => {
  let host: string;
  let cookie: string;
  let asleep: { id: string; previewKey: string };
  beforeAll(async () => {
    asleep = await preview.gateway.addRoom(preview.person, { isAsleep: true });
    host = preview.hostOf(asleep.previewKey);
    cookie = await preview.open(preview.person, host, asleep.id, "/output/site/?a=1#top");
    const root = preview.gateway.rooms.workspace(asleep.id);
    await mkdir(join(root, "output/site"), { recursive: true });
    await writeFile(join(root, "output/site/index.html"), "<h1>Sales</h1>");
    await writeFile(join(root, "output/site/app.mjs"), "export {}");
    await writeFile(join(root, "output/site/a b#.csv"), "x,y");
    await symlink("/etc", join(root, "output/etc"));
    await symlink("/etc/passwd", join(root, "output/passwd"));
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask(preview.gateway.port, path, { host, headers: { cookie, ...headers } });

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
      "content-security-policy": `frame-ancestors ${preview.gateway.appOrigin}`,
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
        preview.gateway.port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain("root:");
    }
  });

  test("a server of a sleeping room is not asked", async () => {
    const at = preview.hostOf(asleep.previewKey, preview.port);
    const own = await preview.open(preview.person, at, asleep.id);
    const answer = await ask(preview.gateway.port, "/", { host: at, headers: { cookie: own } });
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("asleep")]);
    expect(preview.seen).toEqual([]);
  });
});
