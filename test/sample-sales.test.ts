import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { makeSales, salesCsv } from "@/examples/sales";

test("the sample file of the page is what the generator makes", () => {
  const file = path.join(import.meta.dirname, "../public/examples/sales.csv");
  expect(readFileSync(file, "utf8")).toBe(salesCsv(makeSales(2_000)));
});

test("the same seed gives the same sales, another seed gives others", () => {
  expect(makeSales(50, 7)).toEqual(makeSales(50, 7));
  expect(makeSales(50, 7)).not.toEqual(makeSales(50, 8));
});
