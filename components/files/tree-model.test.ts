import { describe, expect, it } from "vitest";
import type { FileNode } from "@/lib/protocol/files";
import {
  ancestorFolders,
  findByTyping,
  flattenTree,
  type FolderListing,
  moveInTree,
  nameProblem,
  parentFolder,
  uploadFolder,
} from "./tree-model";

const node = (path: string, type: FileNode["type"] = "file"): FileNode => ({
  path,
  name: path.slice(path.lastIndexOf("/") + 1),
  type,
  size: 1,
  modifiedAt: "2026-01-01T00:00:00Z",
  isReadOnly: false,
});
const ready = (...nodes: FileNode[]): FolderListing => ({
  status: "ready",
  nodes,
  isTruncated: false,
});

const listings = new Map<string, FolderListing>([
  [
    "",
    ready(
      node("notes10.md"),
      node("notes2.md"),
      node("output", "directory"),
      node("input", "directory"),
    ),
  ],
  ["output", ready(node("output/site", "directory"), node("output/a.html"))],
  ["output/site", ready()],
]);

describe("flattenTree", () => {
  it("shows folders first and counts numbers in names the way people do", () => {
    const rows = flattenTree(listings, new Set());
    expect(rows.map((row) => row.key)).toEqual(["input", "output", "notes2.md", "notes10.md"]);
  });

  it("shows the children of open folders only, with depth and position for the ARIA tree", () => {
    const rows = flattenTree(listings, new Set(["output"]));
    const site = rows.find((row) => row.key === "output/site");
    expect(site).toMatchObject({ depth: 2, positionInSet: 1, setSize: 2, isExpanded: false });
    expect(rows.some((row) => row.key === "empty:output/site")).toBe(false);
  });

  it("says in a row of its own that a folder is loading, failed, empty or cut", () => {
    const rows = flattenTree(
      new Map<string, FolderListing>([
        [
          "",
          {
            status: "ready",
            nodes: [node("a", "directory"), node("b", "directory"), node("c", "directory")],
            isTruncated: true,
          },
        ],
        ["b", { status: "failed", message: "The host did not answer." }],
        ["c", ready()],
      ]),
      new Set(["a", "b", "c"]),
    );
    expect(rows.filter((row) => row.kind !== "node").map((row) => row.kind)).toEqual([
      "loading",
      "failed",
      "empty",
      "truncated",
    ]);
  });

  it("lays out 10,000 nodes of one folder without losing one", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => node(`f${index}`));
    expect(flattenTree(new Map([["", ready(...many)]]), new Set())).toHaveLength(10_000);
  });
});

describe("moveInTree", () => {
  const rows = flattenTree(listings, new Set(["output"]));

  it("moves over every visible node and stops at both ends", () => {
    expect(moveInTree(rows, "input", "ArrowDown")).toEqual({ type: "focus", path: "output" });
    expect(moveInTree(rows, "input", "ArrowUp")).toEqual({ type: "none" });
    expect(moveInTree(rows, "notes10.md", "ArrowDown")).toEqual({ type: "none" });
    expect(moveInTree(rows, null, "End")).toEqual({ type: "focus", path: "notes10.md" });
  });

  it("opens a closed folder, steps into an open one, and steps out to its parent", () => {
    expect(moveInTree(rows, "input", "ArrowRight")).toEqual({ type: "expand", path: "input" });
    expect(moveInTree(rows, "output", "ArrowRight")).toEqual({
      type: "focus",
      path: "output/site",
    });
    expect(moveInTree(rows, "output/site", "ArrowLeft")).toEqual({ type: "focus", path: "output" });
    expect(moveInTree(rows, "output", "ArrowLeft")).toEqual({ type: "collapse", path: "output" });
  });
});

describe("findByTyping", () => {
  const rows = flattenTree(listings, new Set());

  it("walks on with the same letter and comes round", () => {
    expect(findByTyping(rows, "notes2.md", "n")).toBe("notes10.md");
    expect(findByTyping(rows, "notes10.md", "n")).toBe("notes2.md");
  });

  it("keeps the active node while a longer word still fits it", () => {
    expect(findByTyping(rows, "notes10.md", "notes1")).toBe("notes10.md");
    expect(findByTyping(rows, "input", "zzz")).toBeNull();
  });
});

describe("paths and names", () => {
  it("knows the folder of a path and every folder above it", () => {
    expect(parentFolder("a.txt")).toBe("");
    expect(parentFolder("a/b/c.txt")).toBe("a/b");
    expect(ancestorFolders("a/b/c.txt")).toEqual(["a", "a/b"]);
  });

  it("sends every upload to input/ or a folder in it", () => {
    expect(["", "output", "inputs", "input", "input/2024"].map(uploadFolder)).toEqual([
      "input",
      "input",
      "input",
      "input",
      "input/2024",
    ]);
  });

  it("refuses names that would leave the folder or that no disk takes", () => {
    expect(["", "  ", ".", "..", "a/b", "a\0b", "é".repeat(128)].map(nameProblem)).not.toContain(
      null,
    );
    expect(nameProblem("Q3 numbers 🙂.csv")).toBeNull();
  });
});
