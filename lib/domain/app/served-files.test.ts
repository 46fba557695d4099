import { describe, expect, test } from "vitest";
import type { ManifestEntry } from "@/lib/protocol/store";
import { createManifest } from "@/lib/workspace/manifest";
import { findServedFile } from "./served-files";

const file = (path: string): ManifestEntry => ({
  type: "file",
  path,
  size: 1,
  mode: 0o644,
  mtimeMs: 0,
  sha256: "0".repeat(64),
  extents: [],
});
const tree = createManifest([
  file("output/site/.env"),
  file("output/site/.git/config"),
  file("output/site/about.html"),
  file("output/site/docs/index.html"),
  file("output/site/index.html"),
  { type: "symlink", path: "output/site/passwd", target: "/etc/passwd", mtimeMs: 0 },
  file("secret.txt"),
]);
const site = { sourcePath: "output/site", isFile: false };
const served = (path: string) => findServedFile(tree, site, path)?.path ?? null;

describe("findServedFile", () => {
  test("answers a folder with its index.html and a bare name with its page", () => {
    expect(served("")).toBe("output/site/index.html");
    expect(served("docs")).toBe("output/site/docs/index.html");
    expect(served("about")).toBe("output/site/about.html");
  });

  test("never serves hidden files, links or anything outside of the published folder", () => {
    for (const path of [".env", ".git/config", "passwd", "secret.txt", "../secret.txt"])
      expect(served(path)).toBeNull();
  });

  test("serves nothing but the one file of an App made of a file", () => {
    const page = { sourcePath: "output/site/about.html", isFile: true };
    expect(findServedFile(tree, page, "")?.path).toBe("output/site/about.html");
    expect(findServedFile(tree, page, "about.html")?.path).toBe("output/site/about.html");
    expect(findServedFile(tree, page, "index.html")).toBeNull();
  });
});
