import { readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReservedSlug, OrgName, OrgSlug, slugOf } from "./org-slug";

describe("the address of an organisation", () => {
  test.each([
    ["Analytical Engines", "analytical-engines"],
    ["Çelik & Söhne", "celik-sohne"],
    ["API", "team-api"],
    ["日本", "team"],
    ["x", "team-x"],
    ["a".repeat(80), "a".repeat(35)],
  ])("of %j is %j", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test("made of any name is one that may be typed as well", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: "binary" }), (name) => {
        expect(OrgSlug.safeParse(slugOf(name)).success).toBe(true);
      }),
    );
  });

  test.each(["a", "A-b", "-a", "a--b", "a_b", "login", "api", "a".repeat(41), "ä-b", ""])(
    "%j is refused",
    (slug) => {
      expect(OrgSlug.safeParse(slug).success).toBe(false);
    },
  );

  test("can't be the first name of any page of ours", () => {
    const app = path.join(import.meta.dirname, "../../../app");
    const folders = (at: string): string[] =>
      readdirSync(at, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name }) => (name.startsWith("(") ? folders(path.join(at, name)) : [name]))
        .filter((name) => !name.startsWith("["));
    expect(folders(app).filter((name) => !isReservedSlug(name))).toEqual([]);
  });
});

test.each(["", "  ", "two\nlines", "a\u0000b", "a\u2028b", "x".repeat(81)])(
  "the name %j is refused",
  (name) => {
    expect(OrgName.safeParse(name).success).toBe(false);
  },
);
