import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "@/test/gateway/ask";
import { startPreview, type TestPreview } from "@/test/gateway/start-preview";

const TAG = '<script src="/.workroom/page.js"></script>';
const framed = {
  "sec-fetch-site": "same-site",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "iframe",
};
const page = "<!doctype html><html><head><title>Sales</title></head></html>";
const scripted = page.replace("<head>", `<head>${TAG}`);

let preview: TestPreview;
let host: string;
let cookie: string;
beforeAll(async () => {
  preview = await startPreview();
  host = preview.hostOf(preview.room.previewKey, preview.port);
  cookie = await preview.open(preview.person, host, preview.room.id);
});
afterAll(() => preview.close());
beforeEach(() => preview.reset());

const get = (path: string, headers: Record<string, string> = {}, at = host) =>
  ask(preview.gateway.port, path, { host: at, headers: { cookie, ...headers } });
const answerPage = (headers: Record<string, string>, body: string | Buffer = page) =>
  preview.answerWith((_request, response) => {
    response.writeHead(200, { "content-type": "text/html", ...headers });
    response.end(body);
  });

describe("a page in the dashboard's frame", () => {
  test("gets the script that tells of its errors; in a tab of its own it is as the room sent it", async () => {
    answerPage({ "content-length": String(page.length), etag: '"1"' });
    const inFrame = await get("/", {
      ...framed,
      "accept-encoding": "gzip",
      "if-none-match": '"1"',
    });
    expect([inFrame.status, inFrame.text]).toEqual([200, scripted]);
    expect(inFrame.headers["cache-control"]).toBe("no-store");
    expect(inFrame.headers).not.toHaveProperty("etag");
    expect(preview.seen[0]?.headers).toMatchObject({ "accept-encoding": "identity" });
    expect(preview.seen[0]?.headers).not.toHaveProperty("if-none-match");
    const inTab = await get("/", { ...framed, "sec-fetch-dest": "document" });
    expect([inTab.text, inTab.headers.etag]).toEqual([page, '"1"']);
  });

  test("that is a file of the workspace gets it too", async () => {
    const root = preview.gateway.rooms.workspace(preview.room.id);
    await mkdir(join(root, "output"), { recursive: true });
    await writeFile(join(root, "output/index.html"), page);
    await writeFile(join(root, "output/plain.txt"), page);
    const at = preview.hostOf(preview.room.previewKey);
    const own = { ...framed, cookie: await preview.open(preview.person, at, preview.room.id) };
    expect((await get("/output/", own, at)).text).toBe(scripted);
    expect((await get("/output/plain.txt", own, at)).text).toBe(page);
    expect((await get("/output/", { cookie: own.cookie }, at)).text).toBe(page);
  });

  test.each([
    ["forbids scripts", { "content-security-policy": "default-src 'none'" }],
    ["takes scripts by nonce only", { "content-security-policy": "script-src 'nonce-abc'" }],
    [
      "trusts no host",
      { "content-security-policy": "script-src 'self' 'nonce-a' 'strict-dynamic'" },
    ],
    ["is boxed in", { "content-security-policy": "sandbox allow-scripts" }],
    ["is in UTF-16", { "content-type": "text/html; charset=utf-16le" }],
    ["is no page", { "content-type": "application/json" }],
  ])("that %s is left as it is, rules and all", async (_name, headers: Record<string, string>) => {
    answerPage(headers);
    const answer = await get("/", framed);
    expect(answer.text).toBe(page);
    expect(answer.headers["content-security-policy"]).toContain(
      headers["content-security-policy"] ?? "frame-ancestors",
    );
  });

  test("that is packed although that was not asked for is left as it is", async () => {
    answerPage({ "content-encoding": "gzip" }, gzipSync(page));
    expect((await get("/", framed)).body).toEqual(gzipSync(page));
  });

  test("whose own rules allow its own scripts keeps them, unchanged", async () => {
    answerPage({ "content-security-policy": "script-src 'self'; img-src *" });
    const answer = await get("/", framed);
    expect(answer.text).toBe(scripted);
    expect(answer.headers["content-security-policy"]).toBe(
      `script-src 'self'; img-src *, frame-ancestors ${preview.gateway.appOrigin}`,
    );
  });
});

describe("the script", () => {
  test("speaks to the dashboard's origin only, and is for those who may see the preview", async () => {
    const answer = await get("/.workroom/page.js");
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect(answer.text).toContain(`const origin = "${preview.gateway.appOrigin}"`);
    expect(() => new Function(answer.text)).not.toThrow();
    const again = await get("/.workroom/page.js", { "if-none-match": answer.headers.etag ?? "" });
    expect(again.status).toBe(304);
    expect((await get("/.workroom/page.js", { cookie: "" })).status).toBe(401);
    expect(preview.seen).toEqual([]);
  });
});
