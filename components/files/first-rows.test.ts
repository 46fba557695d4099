import { describe, expect, it } from "vitest";
import { MAX_SHOWN_ROWS, parseFirstRows } from "./first-rows";

describe("parseFirstRows", () => {
  it("finds the delimiter, drops the byte order mark and keeps quoted line ends", () => {
    expect(parseFirstRows('\uFEFFname;note\nAda;"two\nlines"\n', false)).toEqual({
      header: ["name", "note"],
      rows: [["Ada", "two\nlines"]],
    });
  });

  it("leaves out the half line at the end of a cut text", () => {
    expect(parseFirstRows("a,b\n1,2\n3,", true).rows).toEqual([["1", "2"]]);
    expect(parseFirstRows("a,b\n1,2\n3,", false).rows).toHaveLength(2);
  });

  it("shows nothing for an empty file and no more than the limit of a long one", () => {
    expect(parseFirstRows("", false)).toEqual({ header: [], rows: [] });
    const long = `n,m\n${"1,2\n".repeat(5_000)}`;
    expect(parseFirstRows(long, false).rows).toHaveLength(MAX_SHOWN_ROWS);
  });
});
