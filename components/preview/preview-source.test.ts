import { describe, expect, it } from "vitest";
import type { FileNode } from "@/lib/protocol/files";
import {
  fileSource,
  isListening,
  listPreviewSources,
  pickPreviewSource,
  portSource,
  previewObjectId,
  startPath,
  typedPath,
} from "./preview-source";

const page = (path: string, modifiedAt: string): FileNode => ({
  path,
  name: path.slice(path.lastIndexOf("/") + 1),
  type: "file",
  size: 10,
  modifiedAt,
  isReadOnly: false,
});

const vite = { port: 5173, program: "node" };
const pages = [
  page("output/old.html", "2026-01-01T10:00:00Z"),
  page("output/new.HTM", "2026-01-01T11:00:00Z"),
  page("output/data.csv", "2026-01-01T12:00:00Z"),
];

describe("preview sources", () => {
  it("prefers a listening server, then the newest HTML file", () => {
    expect(pickPreviewSource(listPreviewSources([vite], pages), null)).toEqual(portSource(vite));
    expect(pickPreviewSource(listPreviewSources([], pages), null)).toEqual(
      fileSource("output/new.HTM"),
    );
    expect(pickPreviewSource(listPreviewSources([], []), null)).toBeNull();
  });

  it("puts the index page first when files are equally new", () => {
    const at = "2026-01-01T10:00:00Z";
    const sources = listPreviewSources(
      [],
      [page("output/a.html", at), page("output/index.html", at)],
    );
    expect(sources[0]?.key).toBe("file:output/index.html");
  });

  it("keeps a person's choice, even when that server has stopped listening", () => {
    const chosen = portSource({ port: 8000, program: "python3" });
    const sources = listPreviewSources([vite], pages);
    const picked = pickPreviewSource(sources, chosen);
    expect(picked).toEqual(chosen);
    expect(isListening(sources, chosen)).toBe(false);
    expect(isListening(sources, portSource(vite))).toBe(true);
  });

  it("names the ticket's object and escapes a file's path", () => {
    expect(previewObjectId("wr_1", portSource(vite))).toBe("wr_1:5173");
    expect(previewObjectId("wr_1", fileSource("output/a b#1.html"))).toBe("wr_1:static");
    expect(startPath(fileSource("output/a b#1.html"))).toBe("/output/a%20b%231.html");
  });

  it("never lets a typed path leave the preview's origin", () => {
    expect(typedPath("about?x=1#top")).toBe("/about?x=1#top");
    expect(typedPath("//evil.example/x")).toBe("/evil.example/x");
    expect(typedPath("http://localhost:5173/deep?q=1")).toBe("/deep?q=1");
    expect(typedPath("javascript:alert(1)")).toBe("/javascript:alert(1)");
    expect(typedPath("")).toBe("/");
  });
});
