import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import type { Api } from "./support/api";
import { rawRequest } from "./support/installation";
import { keptSession } from "./support/owner";
import { makeRoom, writeFile } from "./support/rooms";

// THREATS 13 to 17: what a page that an employee wrote can do to the dashboard it is previewed from.

type Ticket = { ticket: string; url: string };

/** A page of a room's files, opened on its preview origin with the rights of the signed-in owner. */
async function openPreview(
  context: BrowserContext,
  api: Api,
  roomId: string,
  path: string,
): Promise<Page> {
  const { url } = await api.ask<Ticket>("POST", "/tickets", {
    purpose: "preview",
    objectId: `${roomId}:static`,
  });
  const address = new URL(url);
  address.searchParams.set("to", path);
  const page = await context.newPage();
  await page.goto(address.href);
  return page;
}

const cookieHeader = () =>
  keptSession()
    .cookies.map(({ name, value }) => `${name}=${value}`)
    .join("; ");

const hostile = "<!doctype html><title>hostile</title><p>hostile page</p>";

test.describe("a hostile preview", () => {
  let roomId = "";
  let page: Page;

  test.beforeEach(async ({ api, context }) => {
    roomId = (await makeRoom(api, "Hostile preview")).id;
    await writeFile(api, roomId, "output/hostile.html", hostile);
    page = await openPreview(context, api, roomId, "/output/hostile.html");
    await expect(page.getByText("hostile page")).toBeVisible();
  });
  test.afterEach(async ({ api }) => {
    await api.call("DELETE", `/workrooms/${roomId}`);
  });

  test("can't lock anyone out by setting many large cookies for the dashboard's host", async ({
    context,
    orgSlug,
    baseURL,
  }) => {
    await page.evaluate(() => {
      const domain = location.hostname.split(".").slice(-2).join(".");
      for (let at = 0; at < 60; at++)
        document.cookie = `bomb${at}=${"x".repeat(4_000)}; domain=${domain}; path=/`;
    });
    const other = await context.newPage();
    await other.goto(`${baseURL}/${orgSlug}`);
    await expect(other.getByRole("textbox", { name: "What should we build?" })).toBeVisible();
  });

  test("can't plant a session: a cookie of the session's name for the parent host changes nothing", async ({
    context,
    orgSlug,
    baseURL,
  }) => {
    const names = keptSession().cookies.map(({ name }) => name);
    expect(names.some((name) => name.startsWith("__Host-"))).toBe(true);
    await page.evaluate((names) => {
      const domain = location.hostname.split(".").slice(-2).join(".");
      for (const name of names)
        document.cookie = `${name}=planted; domain=${domain}; path=/; secure`;
    }, names);
    const other = await context.newPage();
    await other.goto(`${baseURL}/${orgSlug}`);
    await expect(other.getByRole("textbox", { name: "What should we build?" })).toBeVisible();
  });

  test("sees neither the session's cookie nor an answer of the API, and changes nothing", async ({
    api,
    baseURL,
  }) => {
    const seen = await page.evaluate(async (origin) => {
      const outcome = async (attempt: () => Promise<unknown>) =>
        attempt().then(
          () => "answered",
          () => "blocked",
        );
      return {
        cookies: document.cookie,
        read: await outcome(() => fetch(`${origin}/api/v1/viewer`, { credentials: "include" })),
        post: await outcome(() =>
          fetch(`${origin}/api/v1/workrooms`, {
            method: "POST",
            mode: "no-cors",
            credentials: "include",
            headers: { "content-type": "text/plain" },
            body: JSON.stringify({ title: "forged", idempotencyKey: "forged-1" }),
          }),
        ),
        worker: await outcome(() =>
          navigator.serviceWorker.register(`${origin}/sw.js`, { scope: `${origin}/` }),
        ),
      };
    }, baseURL);
    expect(seen).toMatchObject({ read: "blocked", worker: "blocked" });
    expect(seen.cookies).not.toContain("__Host-workroom.session");
    const { workrooms } = await api.ask<{ workrooms: { title: string }[] }>(
      "GET",
      "/workrooms?views=mine,shared,team",
    );
    expect(workrooms.filter(({ title }) => title === "forged")).toEqual([]);
  });

  test("can't open the live or the terminal socket", async ({ baseURL }) => {
    const outcomes = await page.evaluate(async (origin) => {
      const attempt = (path: string) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`${origin.replace("http", "ws")}${path}`);
          socket.addEventListener("open", () => resolve("open"));
          socket.addEventListener("error", () => resolve("refused"));
        });
      return Promise.all([attempt("/ws/live"), attempt("/ws/terminal")]);
    }, baseURL ?? "");
    expect(outcomes).toEqual(["refused", "refused"]);
  });

  test("can't reach the page around its frame", async ({ workroomPage: room, api }) => {
    await writeFile(
      api,
      roomId,
      "output/hostile.html",
      `<!doctype html><p id="seen"></p><script>
        let reads = "blocked"; try { void top.document.title; reads = "read"; } catch {}
        let moves = "blocked"; try { top.location.href = "about:blank"; moves = "moved"; } catch {}
        for (let at = 0; at < 2000; at++) parent.postMessage({ type: "workroom", at }, "*");
        document.querySelector("#seen").textContent = reads + " " + moves;
      </script>`,
    );
    await room.open(roomId);
    await room.showTab("Preview");
    await expect(room.preview.locator("#seen")).toHaveText("blocked blocked");
    await expect(room.chat).toBeVisible();
  });
});

test("a change that comes from another site is refused, whatever headers it brings", async ({
  product,
  orgSlug,
}) => {
  const post = (headers: Record<string, string>) =>
    rawRequest(product.port, "workroom.localhost", {
      method: "POST",
      path: "/api/v1/workrooms",
      headers: { cookie: cookieHeader(), "content-type": "application/json", ...headers },
      body: JSON.stringify({ title: "forged", idempotencyKey: `forged-${orgSlug}` }),
    });
  const own = `http://workroom.localhost:${product.port}`;
  const forged: Record<string, string>[] = [
    {},
    { origin: "null" },
    { origin: "http://evil.test" },
    { origin: `http://p-abc.workroom.localhost:${product.port}` },
    { origin: "http://evil.test", "x-forwarded-host": "evil.test" },
    { origin: own, "sec-fetch-site": "same-site" },
    { origin: own, "sec-fetch-site": "cross-site" },
  ];
  for (const headers of forged)
    expect((await post(headers)).status, JSON.stringify(headers)).toBe(403);
});

test("a socket from a foreign origin is refused before the upgrade", async ({ product }) => {
  for (const path of ["/ws/live", "/ws/terminal"]) {
    const { status } = await rawRequest(product.port, "workroom.localhost", {
      path,
      headers: {
        cookie: cookieHeader(),
        origin: "http://evil.test",
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    expect(status).toBe(403);
  }
});

test("without a session nothing of the dashboard is answered", async ({ product, orgSlug }) => {
  const paths = [
    "/api/v1/viewer",
    "/api/v1/workrooms",
    "/api/v1/model-keys",
    "/api/v1/workrooms/wr_00000000000000000000",
  ];
  for (const path of paths) {
    const answer = await rawRequest(product.port, "workroom.localhost", {
      path,
      headers: { "x-middleware-subrequest": "middleware" },
    });
    expect(answer.status, path).toBe(401);
  }
  for (const path of [`/${orgSlug}`, `/${orgSlug}.rsc`, `/${orgSlug}?_rsc=1`]) {
    const answer = await rawRequest(product.port, "workroom.localhost", {
      path,
      headers: { rsc: "1" },
    });
    expect(answer.body, path).not.toContain("Acme Lamps");
  }
});

test("an uploaded page is a download, never a page of the dashboard", async ({ api, product }) => {
  const room = await makeRoom(api, "Uploads");
  expect(await api.upload(room.id, "input/page.html", "<script>alert(1)</script>")).toBeLessThan(
    300,
  );
  const answer = await rawRequest(product.port, "workroom.localhost", {
    path: `/api/v1/workrooms/${room.id}/download?path=input/page.html`,
    headers: { cookie: cookieHeader() },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers["content-disposition"]).toMatch(/^attachment/);
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  await api.call("DELETE", `/workrooms/${room.id}`);
});
