import { describe, expect, it } from "vitest";
import { countSigns, listDiffLines } from "./diff-lines";

describe("listDiffLines", () => {
  it("shows a change with two lines around it and leaves the rest out", () => {
    const before = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    const after = before.replace("line 5\n", "five\n").replace("line 30\n", "");
    const lines = listDiffLines(before, after) ?? [];
    expect(lines.map(({ sign }) => sign).join("")).toBe("  -+  …  -  ");
    expect(countSigns(lines)).toEqual({ added: 1, removed: 2 });
  });

  it("shows a new file as added lines only", () => {
    expect(listDiffLines("", "a\nb\n")).toEqual([
      { id: 0, sign: "+", text: "a" },
      { id: 1, sign: "+", text: "b" },
    ]);
  });

  it("does not compare texts that would hold up the page", () => {
    expect(listDiffLines("x".repeat(200_000), "y".repeat(200_000))).toBeNull();
  });
});
