import { describe, expect, it } from "vitest";
import { formatBytes, formatCost, formatDuration, relativeTime } from "./format";

const now = Date.parse("2026-03-10T12:00:00Z");
const ago = (ms: number) => relativeTime(new Date(now - ms).toISOString(), now);

describe("relativeTime", () => {
  it("says how long ago, and the date after a week", () => {
    expect(ago(-5_000)).toBe("now");
    expect(ago(59_000)).toBe("now");
    expect(ago(60_000)).toBe("1 min ago");
    expect(ago(2 * 3_600_000)).toBe("2 h ago");
    expect(ago(3 * 86_400_000)).toBe("3 d ago");
    expect(ago(8 * 86_400_000)).toBe("Mar 2");
  });
});

describe("units", () => {
  it("shows bytes in steps of a thousand", () => {
    expect([0, 999, 1_000, 1_234_000, 250_000_000].map(formatBytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 KB",
      "1.2 MB",
      "250 MB",
    ]);
  });

  it("shows durations as a person would say them", () => {
    expect([84, 1_400, 12_000, 125_000, 120_000].map(formatDuration)).toEqual([
      "84 ms",
      "1.4 s",
      "12 s",
      "2 min 5 s",
      "2 min",
    ]);
  });

  it("never shows a small cost as nothing", () => {
    expect([0, 1, 9_999, 42_000].map(formatCost)).toEqual([
      "$0",
      "less than $0.01",
      "less than $0.01",
      "$0.04",
    ]);
  });
});
