import { describe, expect, it } from "vitest";
import { changeUploads, summarizeUploads, type Upload } from "./upload-batch";

const upload = (id: string, fields: Partial<Upload> = {}): Upload => ({
  id,
  path: `input/${id}`,
  name: id,
  size: 100,
  sentBytes: 0,
  state: "waiting",
  message: null,
  ...fields,
});

describe("upload batch", () => {
  it("counts progress by bytes and leaves failed and cancelled files out", () => {
    const summary = summarizeUploads([
      upload("a", { state: "done" }),
      upload("b", { state: "sending", sentBytes: 50 }),
      upload("c", { state: "failed", message: "Too large" }),
      upload("d", { state: "cancelled", sentBytes: 99 }),
    ]);
    expect(summary).toMatchObject({ total: 4, done: 1, percent: 75, isActive: true });
    expect(summary.failed.map((failed) => failed.id)).toEqual(["c"]);
  });

  it("reaches 100 percent for empty files too", () => {
    const empty = upload("a", { size: 0 });
    expect(summarizeUploads([empty]).percent).toBe(0);
    expect(summarizeUploads([{ ...empty, state: "done" }]).percent).toBe(100);
  });

  it("forgets a batch only when all of it is through", () => {
    const half = [upload("a", { state: "done" }), upload("b")];
    expect(changeUploads(half, { type: "finished_cleared" })).toBe(half);
    const through = changeUploads(half, { type: "all_cancelled" });
    expect(through.map(({ state }) => state)).toEqual(["done", "cancelled"]);
    expect(changeUploads(through, { type: "finished_cleared" })).toEqual([]);
  });
});
