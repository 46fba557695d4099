import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { apps, appVersions } from "@/lib/db/schema";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { newId, randomBase32 } from "@/lib/ids";
import type { ManifestEntry } from "@/lib/protocol/store";
import { writeManifest } from "@/lib/workspace/manifest";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import { ask, askRaw } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
});
afterAll(() => gateway.close());

type Site = { roomId: string; files: Record<string, string>; sourcePath: string };

/** A published version, written as publishing writes it: contents and manifest in the store, then the rows. */
async function addVersion(appId: string, number: number, site: Site): Promise<string> {
  const { roomId, files, sourcePath } = site;
  const prefix = storePrefix(rootOf({ id: roomId, root: null }));
  const folders = new Set<string>();
  const entries: ManifestEntry[] = [];
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    for (let i = 1; i < parts.length; i += 1) folders.add(parts.slice(0, i).join("/"));
    const body = Buffer.from(text);
    const sha256 = createHash("sha256").update(body).digest("hex");
    const key = `${prefix}/seg/1-${number}-${sha256}`;
    await gateway.ports.store.put(key, body);
    const extents = [{ key, offset: 0, length: body.length }];
    entries.push({
      type: "file",
      path,
      size: body.length,
      mode: 0o644,
      mtimeMs: 1e12,
      sha256,
      extents,
    });
  }
  for (const path of folders) entries.push({ type: "directory", path, mode: 0o755, mtimeMs: 1e12 });
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const manifest = await writeManifest(gateway.ports.store, prefix, entries);
  const id = newId("appVersion");
  await inSystem(gateway.db, (tx) =>
    tx.insert(appVersions).values({
      id,
      appId,
      number,
      orgId: person.orgId,
      checkpointId: newId("checkpoint"),
      manifest,
      sourcePath,
      isFile: sourcePath.endsWith(".html"),
      fileCount: entries.length,
      totalBytes: 1,
      publishedBy: person.userId,
    }),
  );
  return id;
}

const setLive = (appId: string, liveVersionId: string) =>
  inSystem(gateway.db, (tx) => tx.update(apps).set({ liveVersionId }).where(eq(apps.id, appId)));

async function publish(options: {
  audience: "private" | "public";
  files: Record<string, string>;
  sourcePath?: string;
}) {
  const room = await gateway.addRoom(person);
  const appId = newId("app");
  const slug = `app-${randomBase32(8)}`;
  const { audience, files, sourcePath = "output/site" } = options;
  await inSystem(gateway.db, (tx) =>
    tx.insert(apps).values({
      id: appId,
      orgId: person.orgId,
      workroomId: room.id,
      slug,
      audience,
      createdBy: person.userId,
    }),
  );
  await setLive(appId, await addVersion(appId, 1, { roomId: room.id, files, sourcePath }));
  const host = `${slug}.apps.localhost:${gateway.port}`;
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    ask(gateway.port, path, { host, headers, method });
  return { appId, slug, host, roomId: room.id, get };
}

const site = {
  "output/site/index.html": "<h1>Sales</h1><script>1</script>",
  "output/site/docs/index.html": "<h1>Docs</h1>",
  "output/site/data/a b.csv": "x,y\n1,2\n",
  "output/secret.txt": "not published",
};

describe("a public App", () => {
  test("opens to anybody, without a cookie, with types, ETag, ranges and its own rules", async () => {
    const { get, host } = await publish({ audience: "public", files: site });
    const index = await get("/");
    expect([index.status, index.text]).toEqual([200, site["output/site/index.html"]]);
    expect(index.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "public, no-cache",
    });
    expect(index.headers["content-security-policy"]).toContain(
      `frame-ancestors ${gateway.appOrigin}`,
    );
    expect(index.headers["set-cookie"]).toBeUndefined();
    expect((await get("/", { "if-none-match": String(index.headers.etag) })).status).toBe(304);
    const part = await get("/data/a%20b.csv", { range: "bytes=4-6" });
    expect([part.status, part.text, part.headers["content-range"]]).toEqual([
      206,
      "1,2",
      "bytes 4-6/8",
    ]);
    const head = await get("/data/a%20b.csv", {}, "HEAD");
    expect([head.headers["content-length"], head.text]).toEqual(["8", ""]);
    expect((await get("/docs?x=1")).headers.location).toBe("/docs/?x=1");
    expect((await get("/docs/")).text).toBe("<h1>Docs</h1>");
    const missing = await get("/nope");
    expect([missing.status, missing.text]).toEqual([
      404,
      expect.stringContaining("no page at this address"),
    ]);
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/docs/../../secret.txt",
    ]) {
      const answer = await askRaw(
        gateway.port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).not.toContain("not published");
    }
  });

  test("of one HTML file shows it as its first page and nothing beside it", async () => {
    const { get } = await publish({
      audience: "public",
      files: site,
      sourcePath: "output/site/index.html",
    });
    expect((await get("/")).text).toBe(site["output/site/index.html"]);
    expect((await get("/docs/")).status).toBe(404);
    expect((await get("/data/a%20b.csv")).status).toBe(404);
  });

  test("takes nothing but GET and HEAD", async () => {
    const { get } = await publish({ audience: "public", files: site });
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect((await get("/", {}, method)).status).toBe(405);
  });

  test("shows another version at once, and the one before again", async () => {
    const { appId, roomId, get } = await publish({ audience: "public", files: site });
    const first = await get("/");
    const files = { "output/site/index.html": "<h1>Two</h1>" };
    const second = await addVersion(appId, 2, { roomId, files, sourcePath: "output/site" });
    const [before] = await inSystem(gateway.db, (tx) =>
      tx.select().from(apps).where(eq(apps.id, appId)),
    );
    await setLive(appId, second);
    expect((await get("/", { "if-none-match": String(first.headers.etag) })).text).toBe(
      "<h1>Two</h1>",
    );
    await setLive(appId, before?.liveVersionId ?? "");
    expect((await get("/")).text).toBe(first.text);
  });
});

describe("a private App", () => {
  test("sends a stranger to the dashboard, and a missing App answers the same", async () => {
    const { slug, get } = await publish({ audience: "private", files: site });
    const answer = await get("/docs/?a=1");
    expect(answer.headers.location).toBe(
      `${gateway.appOrigin}/apps/open?slug=${slug}&to=%2Fdocs%2F%3Fa%3D1`,
    );
    expect(answer.text).toBe("");
    const missing = await ask(gateway.port, "/", {
      host: `nobodys-app.apps.localhost:${gateway.port}`,
    });
    expect([missing.status, missing.headers.location]).toEqual([
      answer.status,
      `${gateway.appOrigin}/apps/open?slug=nobodys-app&to=%2F`,
    ]);
  });

  test("opens for its person by a one-use ticket and a cookie of its own host, until the session ends", async () => {
    const who = await gateway.addPerson({ orgId: person.orgId, role: "member" });
    const { slug, host, get } = await publish({ audience: "private", files: site });
    const dashboard = (cookie: string) =>
      ask(gateway.port, `/apps/open?slug=${slug}&to=${encodeURIComponent("/docs/")}`, {
        host: `workroom.localhost:${gateway.port}`,
        headers: {
          cookie,
          "sec-fetch-site": "cross-site",
          "sec-fetch-mode": "navigate",
          "sec-fetch-dest": "document",
        },
      });
    const toLogin = await dashboard("");
    expect(toLogin.headers.location).toBe(
      `${gateway.appOrigin}/login?callbackUrl=${encodeURIComponent(`/apps/open?slug=${slug}&to=%2Fdocs%2F`)}`,
    );
    expect((await dashboard(who.cookie)).status).toBe(404); // a private room of somebody else
    const sent = new URL(String((await dashboard(person.cookie)).headers.location));
    expect(sent.host).toBe(host);
    const opened = await get(`${sent.pathname}${sent.search}`);
    expect([opened.status, opened.headers.location]).toEqual([302, "/docs/"]);
    const cookie = (opened.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
    expect(cookie).toMatch(/^__Host-workroom\.access=/);
    expect((await get(`${sent.pathname}${sent.search}`)).status).toBe(401); // used up
    const page = await get("/docs/", { cookie });
    expect([page.status, page.text, page.headers["cache-control"]]).toEqual([
      200,
      "<h1>Docs</h1>",
      "private, no-cache",
    ]);
    const other = await publish({ audience: "private", files: site });
    expect((await other.get("/", { cookie })).status).toBe(302);
    const session = await gateway.addPerson({ orgId: person.orgId });
    await revokeSession(gateway.ports, session.sessionId);
    await revokeSession(gateway.ports, person.sessionId);
    await expect
      .poll(async () => (await get("/docs/", { cookie })).status, { timeout: 3_000 })
      .toBe(302);
  });
});
