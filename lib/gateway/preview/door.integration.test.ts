import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { ask, TestSocket } from "@/test/gateway/ask";
import { startPreview, type TestPreview } from "@/test/gateway/start-preview";

let preview: TestPreview;
beforeAll(async () => {
  preview = await startPreview();
});
afterAll(() => preview.close());
beforeEach(() => preview.reset());

describe("the door", () => {
  test("no cookie, another host's cookie, a forged one or the dashboard's: no byte of the preview", async () => {
    const host = preview.hostOf(preview.room.previewKey, preview.port);
    const other = await preview.gateway.addRoom(preview.person);
    const cookie = await preview.open(preview.person, host, preview.room.id);
    const elsewhere = await preview.open(
      preview.person,
      preview.hostOf(other.previewKey, preview.port),
      other.id,
    );
    const attempts = [
      undefined,
      elsewhere,
      `${cookie}x`,
      cookie.replace("=", "=A"),
      preview.person.cookie,
    ];
    for (const attempt of attempts) {
      const answer = await ask(preview.gateway.port, "/", {
        host,
        headers: attempt === undefined ? {} : { cookie: attempt },
      });
      expect([answer.status, answer.text]).toEqual([
        401,
        expect.stringContaining("Open this preview from your workroom"),
      ]);
    }
    expect(preview.seen).toEqual([]);
    expect((await ask(preview.gateway.port, "/", { host, headers: { cookie } })).text).toBe(
      "hello from the room",
    );
  });

  test("a ticket works once, for its own room only, and leads to no other site", async () => {
    const host = preview.hostOf(preview.room.previewKey);
    const other = await preview.gateway.addRoom(preview.person);
    const ticket = await preview.gateway.ticket(preview.person, "preview", preview.room.id);
    const use = (at: string, to: string) =>
      ask(preview.gateway.port, `/.workroom/open?${new URLSearchParams({ ticket, to })}`, {
        host: at,
      });
    expect((await use(host, "//evil.example")).headers.location).toBe("/");
    expect((await use(host, "/")).status).toBe(401);
    const foreign = await preview.gateway.ticket(preview.person, "preview", other.id);
    const tried = await ask(preview.gateway.port, `/.workroom/open?ticket=${foreign}`, { host });
    expect([tried.status, tried.headers["set-cookie"]]).toEqual([401, undefined]);
    const stranger = await preview.gateway.addPerson();
    const strange = await preview.gateway.ticket(stranger, "preview", preview.room.id);
    expect(
      (await ask(preview.gateway.port, `/.workroom/open?ticket=${strange}`, { host })).status,
    ).toBe(404);
  });

  test("the cookie is dead soon after its session was revoked", async () => {
    const who = await preview.gateway.addPerson();
    const own = await preview.gateway.addRoom(who);
    const host = preview.hostOf(own.previewKey, preview.port);
    const cookie = await preview.open(who, host, own.id);
    const socket = new TestSocket(preview.gateway.port, "/", host, {
      cookie,
      origin: `http://${host}`,
    });
    await socket.opened;
    await revokeSession(preview.gateway.ports, who.sessionId);
    await socket.closed;
    await expect
      .poll(
        async () => (await ask(preview.gateway.port, "/", { host, headers: { cookie } })).status,
        {
          timeout: 3_000,
        },
      )
      .toBe(401);
  });

  test("a neighbour's page can link here, but not fetch, post or load from here", async () => {
    const host = preview.hostOf(preview.room.previewKey, preview.port);
    const cookie = await preview.open(preview.person, host, preview.room.id);
    const fetched = {
      "sec-fetch-site": "same-site",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
    };
    expect(
      (await ask(preview.gateway.port, "/", { host, headers: { cookie, ...fetched } })).status,
    ).toBe(403);
    const framed = {
      "sec-fetch-site": "same-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "iframe",
    };
    expect(
      (await ask(preview.gateway.port, "/", { host, headers: { cookie, ...framed } })).status,
    ).toBe(200);
    expect(
      (
        await ask(preview.gateway.port, "/", {
          host,
          method: "POST",
          headers: { cookie, ...framed },
        })
      ).status,
    ).toBe(403);
    const socket = new TestSocket(preview.gateway.port, "/", host, {
      cookie,
      origin: preview.gateway.appOrigin,
    });
    await expect(socket.opened).rejects.toThrow("403");
  });
});
