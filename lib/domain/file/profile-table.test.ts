import { describe, expect, test } from "vitest";
import { profileTable } from "./profile-table";

const profile = (text: string | Buffer, isComplete = true) =>
  profileTable("input/sales.csv", Buffer.isBuffer(text) ? text : Buffer.from(text), { isComplete });

describe("profileTable", () => {
  test("finds rows, types, ranges and sums", async () => {
    const found = await profile(
      'date,region,amount\n2026-01-02,North,"1,200.50"\n2026-01-01,South,99.5\n2026-03-01,North,-1\n',
    );
    expect(found).toMatchObject({ rowCount: 3, delimiter: ",", isComplete: true, oddities: [] });
    expect(found.columns).toMatchObject([
      { name: "date", type: "date", min: "2026-01-01", max: "2026-03-01", sum: null },
      { name: "region", type: "text", distinctCount: 2 },
      { name: "amount", type: "number", min: "-1", max: "1,200.50", sum: 1299 },
    ]);
    expect(found.suggestions).toHaveLength(3);
    expect(found.suggestions[2]).toContain("amount by region");
  });

  test("reads semicolons, a byte order mark, quoted line breaks and Windows line ends", async () => {
    const found = await profile('\uFEFFname;note\r\nA;"two\r\nlines"\r\nB;"a ""quote"""\r\n');
    expect(found).toMatchObject({ delimiter: ";", rowCount: 2, oddities: [] });
    expect(found.columns[0]?.name).toBe("name");
    expect(found.columns[1]?.examples).toEqual(["two\r\nlines", 'a "quote"']);
  });

  test("says what is odd: ragged rows, empty cells, doubled names, a misfit", async () => {
    const rows = Array.from({ length: 100 }, (_, index) => `${index},x${index}`);
    rows[10] = "10";
    rows[20] = "n/a,x20";
    rows[30] = "30,";
    const found = await profile(`id,id\n${rows.join("\n")}`);
    expect(found.oddities).toEqual([
      "Row 12 has 1 cell, the header has 2.",
      "Two columns are called “id”.",
      "Column “id”: row 22 holds “n/a”, the others are numbers.",
      "Column “id”: 2 empty cells.",
    ]);
  });

  test("a header without rows is said so, and nothing is suggested", async () => {
    expect(await profile("a,b\n")).toMatchObject({
      rowCount: 0,
      oddities: ["There is a header, but no row below it."],
      suggestions: [],
    });
  });

  test("a binary and an empty file are refused in plain words", async () => {
    await expect(profile(Buffer.from([0x89, 0x50, 0, 1, 2]))).rejects.toThrow(/no text/);
    await expect(profile("\n\n")).rejects.toThrow("This file is empty.");
  });

  test("a file that was read in part leaves its cut row out and says so", async () => {
    const found = await profile("a,b\n1,2\n3,", false);
    expect(found).toMatchObject({ rowCount: 1, isComplete: false, oddities: [] });
  });

  test("a large table is read whole, and others get their turns meanwhile", async () => {
    const rows = Array.from(
      { length: 100_000 },
      (_, at) => `${at},"name ${at},\n${at % 7}",${at / 8}`,
    );
    let turns = 0;
    let isReading = true;
    const takeTurn = () => {
      turns += 1;
      if (isReading) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    const found = await profile(`id,name,share\n${rows.join("\n")}\n`);
    isReading = false;
    expect(found).toMatchObject({ rowCount: 100_000, isComplete: true, oddities: [] });
    expect(found.columns[2]).toMatchObject({ type: "number", min: "0", sum: 624_993_750 });
    expect(turns).toBeGreaterThan(5);
  });

  test("an open quote is told by its row, also far down", async () => {
    const rows = Array.from({ length: 40_000 }, (_, at) => `${at},some words`);
    rows[30_000] = '30000,"some "odd words';
    const found = await profile(`id,name\n${rows.join("\n")}\n`);
    expect(found.oddities.join(" ")).toContain("Row 30002 has a quote");
  });
});
