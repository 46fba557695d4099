import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slugFromTitle, slugProblem } from "./app-slug";

describe("App names", () => {
  it("accepts what a host name accepts and explains the rest", () => {
    expect(slugProblem("sales-q3")).toBeNull();
    const refused = ["", "ab", "Sales", "a b c", "-abc", "abc-", "a--b", "ü-ber", "x".repeat(41)];
    expect(refused.map(slugProblem)).not.toContain(null);
  });

  it("makes a readable name of a title", () => {
    expect(slugFromTitle("Sales, Q3 (Zürich)")).toBe("sales-q3-zurich");
    expect(slugFromTitle("日本")).toBe("");
  });

  it("never suggests a name that the field would refuse", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (title) => {
        const slug = slugFromTitle(title);
        expect(slug === "" ? null : slugProblem(slug)).toBeNull();
      }),
    );
  });
});
