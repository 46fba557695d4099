import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";
import { checkout, rawRequest } from "./support/installation";
import { keptSession, owner } from "./support/owner";
import { makeRoom } from "./support/rooms";

// THREATS 11 and 12: pages read for whoever may read, in whatever form they are asked for.

const TITLE = "Canary of the pages";

/** Every page of the dashboard, as addresses; one that is added is looked at by itself. */
function dashboardPages(orgSlug: string, workroomId: string): string[] {
  const root = path.join(checkout, "app/(dashboard)");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "page.tsx")
    .map((file) =>
      `/${path.dirname(file)}`.replace("[orgSlug]", orgSlug).replace("[workroomId]", workroomId),
    );
}

const skipped = Array.from({ length: 5 }, () => "middleware").join(":");
const forms: { name: string; at: (page: string) => string; headers: Record<string, string> }[] = [
  { name: "as a page", at: (page) => page, headers: {} },
  { name: "as .rsc", at: (page) => `${page}.rsc`, headers: {} },
  { name: "as ?_rsc", at: (page) => `${page}?_rsc=1abcd`, headers: { rsc: "1" } },
  {
    name: "as a prefetch",
    at: (page) => `${page}?_rsc=1abcd`,
    headers: { rsc: "1", "next-router-prefetch": "1" },
  },
  {
    name: "as a segment",
    at: (page) => `${page}.segments/_tree.segment.rsc`,
    headers: { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  },
  {
    name: "past a middleware",
    at: (page) => page,
    headers: { "x-middleware-subrequest": skipped, "x-middleware-prefetch": "1" },
  },
  {
    name: "as an action",
    at: (page) => page,
    headers: { "next-action": "0".repeat(40), "next-url": "/" },
  },
];

test("no page tells a stranger anything, in whatever form they ask for it", async ({
  api,
  orgSlug,
  product,
}) => {
  const room = await makeRoom(api, TITLE);
  const cookies = [
    "",
    "__Host-workroom.session=forged",
    `__Host-workroom.session=${keptSession().cookies[0]?.value.slice(0, -4)}AAAA`,
  ];
  const pages = dashboardPages(orgSlug, room.id);
  expect(pages.length).toBeGreaterThan(5);
  for (const page of pages)
    for (const { name, at, headers } of forms)
      for (const cookie of cookies) {
        const answer = await rawRequest(product.port, "workroom.localhost", {
          path: at(page),
          headers: { ...headers, ...(cookie && { cookie }) },
        });
        const told = [TITLE, owner.email, owner.name, owner.orgName].filter((secret) =>
          answer.body.includes(secret),
        );
        expect({ page, name, told }).toEqual({ page, name, told: [] });
      }
  await api.call("DELETE", `/workrooms/${room.id}`);
});

test("an organisation that is not one's own is not found, like one that is not there", async ({
  page,
}) => {
  for (const at of ["/nobody-s", "/nobody-s/settings/audit", "/nobody-s/workrooms/wr_x"]) {
    const answer = await page.goto(at);
    expect(answer?.status()).toBe(404);
  }
});
