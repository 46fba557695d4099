import { expect, test } from "vitest";
import { safeTarget } from "./safe-target";
import { readUrlPath, toUrlPath } from "./url-path";

test.each([
  ["/", { path: "", isFolder: true }],
  ["/a/b.html?x=/../..#y", { path: "a/b.html", isFolder: false }],
  ["/dir/", { path: "dir", isFolder: true }],
  ["/%F0%9F%93%8A%20a.csv", { path: "📊 a.csv", isFolder: false }],
  ["/workspace/a", { path: "workspace/a", isFolder: false }],
  ["//a///b", { path: "a/b", isFolder: false }],
])("%s names %o", (url, path) => expect(readUrlPath(url)).toEqual(path));

test.each(["/../etc/passwd", "/%2e%2e/etc", "/a%2fb", "/a%00b", "/%zz", `/${"n".repeat(300)}`])(
  "%s names nothing",
  (url) => expect(readUrlPath(url)).toBeNull(),
);

test("a workspace path survives the way through a URL", () => {
  const path = "input/100% <script>?#.csv";
  expect(readUrlPath(toUrlPath(path))?.path).toBe(path);
});

test.each([
  ["/x?y=1#z", "/x?y=1#z"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["/%2f%2fevil.example", "/%2f%2fevil.example"],
  ["/a/..//evil.example", "/evil.example"],
  [null, "/"],
])("going on to %s leads to %s", (to, target) => expect(safeTarget(to)).toBe(target));
