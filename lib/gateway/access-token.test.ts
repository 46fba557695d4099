import { expect, test } from "vitest";
import { accessSetCookie, isSameSiteAs, readAccess } from "./access-token";

process.env["NEXTAUTH_SECRET"] ??= "a secret of the tests, 32 characters";

const now = new Date("2026-01-01T00:00:00Z");
const access = {
  sessionId: "ses_1",
  orgId: "org_1",
  objectId: "wr_1",
  host: "p-a.workroom.localhost",
};
const cookieOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

test("a cookie opens the host it was made for, until it is over", () => {
  const cookie = cookieOf(accessSetCookie(access, now, true));
  expect(readAccess(cookie, "P-A.workroom.localhost", now)).toMatchObject(access);
  expect(readAccess(cookie, "p-b.workroom.localhost", now)).toBeNull();
  expect(readAccess(cookie, access.host, new Date("2026-01-09T00:00:00Z"))).toBeNull();
});

test("a changed, cut or lengthened cookie opens nothing", () => {
  const cookie = cookieOf(accessSetCookie(access, now, true));
  const [name, token = ""] = cookie.split(/=(.*)/s);
  const [body = "", signature = ""] = token.split(".");
  const other = Buffer.from(JSON.stringify({ ...access, objectId: "wr_2", expiresAt: 9e9 }));
  const forged = [
    `${other.toString("base64url")}.${signature}`,
    `${body}.`,
    `.${signature}`,
    body,
    `${token}.x`,
    `${body}.${signature.slice(0, -4)}`,
    "",
  ];
  for (const value of forged) expect(readAccess(`${name}=${value}`, access.host, now)).toBeNull();
});

test("the cookie is partitioned where the preview is another site than the dashboard", () => {
  const appUrl = new URL("https://workroom.example");
  expect(isSameSiteAs(new URL("https://workroom.example"), { appUrl })).toBe(true);
  expect(isSameSiteAs(new URL("https://p.workroom.example"), { appUrl })).toBe(true);
  expect(isSameSiteAs(new URL("https://previews.example"), { appUrl })).toBe(false);
  expect(isSameSiteAs(new URL("https://evilworkroom.example"), { appUrl })).toBe(false);
  expect(accessSetCookie(access, now, false)).toContain("SameSite=None; Partitioned");
});
