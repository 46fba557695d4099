import { describe, expect, it } from "vitest";
import { changeUploads, summarizeUploads, type Upload } from "./upload-batch";

const upload = (id: string, fields: Partial<Upload> = {}): Upload => ({
  id,
  path: `input/${id}`,
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

  it("adds to a running batch and replaces one that is through", () => {
    const running = changeUploads([upload("a")], { type: "added", uploads: [upload("b")] });
    expect(running).toHaveLength(2);
    const through = running.map((one) => ({ ...one, state: "done" as const }));
    expect(changeUploads(through, { type: "added", uploads: [upload("c")] })).toHaveLength(1);
  });
});
