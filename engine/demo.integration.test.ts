import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from "vitest";
import type { EngineFrame } from "@/lib/protocol/engine";
import { TurnEnded } from "@/lib/protocol/events";
import { makeSales, salesCsv, sumRevenueCents, type Sale } from "../examples/sales";
import { buildTestRuntime, spokenText, TestEngine } from "../test/engine/start-engine";

let runtime: string;
let engine: TestEngine;

beforeAll(async () => {
  runtime = await buildTestRuntime();
});
afterAll(() => rmSync(runtime, { recursive: true, force: true }));
beforeEach(async () => {
  engine = await TestEngine.start(runtime);
});
afterEach(async () => {
  await engine.exec(`pkill -f -- '[-]-directory ${engine.workspace}'`); // the preview outlives its turn
  await engine.stop();
});

const sales = makeSales(10_000);
const give = (name: string, text: string) => {
  const path = join(engine.workspace, "input", name);
  writeFileSync(path, text);
  return path;
};
const output = (name: string) => join(engine.workspace, "output", name);
const page = () => readFileSync(output("dashboard/index.html"), "utf8");
const valueOf = (html: string, mark: string) =>
  new RegExp(`${mark}[^>]* data-value="([^"]*)"`).exec(html)?.[1];
const endOf = (frames: EngineFrame[]) => TurnEnded.parse(frames.at(-1)?.data);
const titlesWhen = (wanted: "in_progress" | "completed", frames: EngineFrame[]) =>
  frames.flatMap(({ type, data }) => {
    const { status, title } = data as { status?: string; title?: string };
    return type.startsWith("tool_call") && status === wanted && title ? [title] : [];
  });
const titlesOf = (frames: EngineFrame[]) => titlesWhen("completed", frames);
const cents = (value: string | undefined) => Math.round(Number(value) * 100);
const where = (accept: (sale: Sale) => boolean) => sumRevenueCents(sales.filter(accept));

describe("the demo employee", () => {
  it("builds a dashboard whose figures are those of the file, and serves it beyond its turn", async () => {
    const attachments = [give("sales.csv", salesCsv(sales))];
    const frames = await engine.run(
      engine.turn("Build me a dashboard of these sales", { attachments }),
    );
    expect(endOf(frames)).toMatchObject({ reason: "done", message: null });
    const html = page();
    expect(cents(valueOf(html, 'data-testid="total-revenue"'))).toBe(sumRevenueCents(sales));
    expect(valueOf(html, 'data-testid="total-rows"')).toBe("10000");
    const units = sales.reduce((sum, sale) => sum + sale.units, 0);
    expect(valueOf(html, 'data-testid="total-units"')).toBe(String(units));
    for (const month of ["2024-01", "2024-02", "2025-11", "2025-12"]) {
      const value = valueOf(html, `data-testid="period" data-key="${month}"`);
      expect(cents(value)).toBe(where(({ date }) => date.startsWith(month)));
    }
    for (const region of ["North", "South", "East", "West"]) {
      const value = valueOf(html, `data-column="region" data-key="${region}"`);
      expect(cents(value)).toBe(where((sale) => sale.region === region));
    }
    expect(titlesOf(frames)).toEqual([
      "Looked at the file",
      expect.stringMatching(/^Wrote build\.py, \d+ lines$/),
      "Built the page from your figures",
      "Added the figures up again and compared them with the page",
      expect.stringMatching(/^Opened the preview on port 80\d\d$/),
    ]);
    // A step that is over at once is told as done only.
    const running = titlesWhen("in_progress", frames);
    expect(running).toContain("Building the page from your figures");
    expect(running.filter((title) => !/^[A-Z][a-z]+ing /.test(title))).toEqual([]);
    const plans = frames.filter(({ type }) => type === "plan");
    expect(plans.at(-1)?.data).toMatchObject({
      entries: Array.from({ length: 4 }, () => expect.objectContaining({ status: "completed" })),
    });
    expect(spokenText(frames)).toContain("**10,000 rows**");
    const port = /port (80\d\d)/.exec(titlesOf(frames).at(-1)!)?.[1];
    const served = await fetch(`http://127.0.0.1:${port}/`);
    expect(await served.text()).toBe(html);
  });

  it("changes the chart by a real edit, keeps the figures, and remembers what was asked", async () => {
    const attachments = [give("sales.csv", salesCsv(sales))];
    await engine.run(engine.turn("Build me a dashboard", { attachments }));
    const before = page();
    expect(before).toContain('data-chart="line"');
    const frames = await engine.run(engine.turn("Use bars"));
    expect(endOf(frames).reason).toBe("done");
    expect(page()).toContain('data-chart="bars"');
    expect(page()).toMatch(/<rect class="bar"/);
    const mark = 'data-testid="total-revenue"';
    expect(valueOf(page(), mark)).toBe(valueOf(before, mark));
    const diff = frames.flatMap(({ data }) => (data as { content?: unknown }).content ?? []);
    expect(diff).toContainEqual(
      expect.objectContaining({
        type: "diff",
        oldText: expect.stringContaining('CHART = "line"'),
        newText: expect.stringContaining('CHART = "bars"'),
      }),
    );
    const memory = await engine.run(engine.turn("What do you remember?"));
    expect(spokenText(memory)).toContain("“Build me a dashboard”\n- “Use bars”");
  });

  it.each([
    [
      "semicolons and decimal commas",
      "Datum;Ort;Betrag\n01.02.2025;Bonn;1.234,50\n15.03.2025;Köln;0,50\n",
      "betrag",
      "1235",
    ],
    [
      "quoted cells and no dates",
      'name,team,amount\n"A, ""B""",red,2\n"C\nD",blue,3\nE,red,5\n',
      "amount",
      "10",
    ],
    [
      "tabs and currency signs",
      "day\tcost\n2025-01-01\t$1,000.25\n2025-01-02\t$0.75\n",
      "cost",
      "1001",
    ],
    ["days first in dates", "date,value\n31/01/2025,1\n01/02/2025,2\n", "value", "3"],
  ])("reads %s", async (_kind, csv, column, total) => {
    const frames = await engine.run(
      engine.turn("make a dashboard", { attachments: [give("o'dd näme.csv", csv)] }),
    );
    expect(spokenText(frames)).toContain("Your dashboard is ready");
    expect(valueOf(page(), `data-testid="total-${column}"`)).toBe(total);
  });

  it.each([
    ["no file", null, "found no CSV"],
    ["an empty file", "", "could not draw"],
    ["a file with no rows", "a,b,c\n", "could not draw"],
    ["a binary file", "\u0000\u0001\u0002,\u0000\n\u0000", "could not draw|dashboard is ready"],
  ])("says plainly what it can't do with %s", async (_kind, csv, words) => {
    const attachments = csv === null ? [] : [give("data.csv", csv)];
    const frames = await engine.run(engine.turn("Build me a dashboard", { attachments }));
    expect(endOf(frames).reason).toBe("done");
    expect(spokenText(frames)).toMatch(new RegExp(words));
  });

  it("escapes what the file says: nothing of it runs on the page", async () => {
    const evil = "</script><script>alert(1)</script>";
    const csv = `date,team,value\n2025-01-01,${evil},1\n2025-01-02,"<img src=x onerror=alert(1)>",2\n2025-01-03,${evil},3\n2025-01-04,"<img src=x onerror=alert(1)>",3\n`;
    await engine.run(engine.turn("dashboard", { attachments: [give("<b>x.csv", csv)] }));
    expect(page()).not.toContain("<script>alert");
    expect(page()).not.toContain("<img");
    expect(page()).not.toContain("<b>x");
  });

  it("lists what is odd and writes a clean copy beside the file", async () => {
    const csv = salesCsv(sales);
    const attachments = [give("sales.csv", csv)];
    const frames = await engine.run(
      engine.turn("Find the odd rows and clean the file", { attachments }),
    );
    expect(spokenText(frames)).toMatch(/1 × repeated row/);
    expect(spokenText(frames)).toMatch(/1 × negative revenue/);
    const clean = readFileSync(output("sales-clean.csv"), "utf8").trim().split("\n");
    expect(clean).toHaveLength(1 + 10_000 - 5);
    expect(readFileSync(attachments[0]!, "utf8")).toBe(csv);
  });

  it("says what is in a file and writes it down", async () => {
    const attachments = [give("sales.csv", salesCsv(sales))];
    const frames = await engine.run(engine.turn("What's in this file?", { attachments }));
    expect(spokenText(frames)).toContain("10,000 rows and 8 columns");
    expect(readFileSync(output("summary.md"), "utf8")).toContain("| region | 9,999 |");
  });

  it("is honest about what it can't do", async () => {
    const frames = await engine.run(engine.turn("Write me a poem about the sea"));
    expect(spokenText(frames)).toContain("I am the demo employee: scripted, without any AI.");
    expect(existsSync(output("dashboard"))).toBe(false);
  });
});
