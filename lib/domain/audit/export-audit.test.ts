import { expect, test } from "vitest";
import { csvLine } from "./export-audit";

test.each([
  ["=cmd|' /C calc'!A0", `"'=cmd|' /C calc'!A0"`],
  ["+1", `"'+1"`],
  ["-1+1", `"'-1+1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["  =1", `"'  =1"`],
  ["\r=1", `"'\r=1"`],
  ['a "quoted", cell', '"a ""quoted"", cell"'],
  ["two\nlines", '"two\nlines"'],
  ["plain", "plain"],
])("the cell %j is written so that a spreadsheet shows it and runs nothing", (cell, written) => {
  expect(csvLine([cell])).toBe(`${written}\r\n`);
});
