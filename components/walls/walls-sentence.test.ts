import { describe, expect, it } from "vitest";
import type { WallProbe } from "@/lib/protocol/engine";
import { byUrgency, wallsSentence } from "./walls-sentence";

const probes = (...outcomes: WallProbe["outcome"][]): WallProbe[] =>
  outcomes.map((outcome, index) => ({ id: `${index}`, title: "", outcome, detail: "" }));

describe("wallsSentence", () => {
  it("says that all held only when every single one did", () => {
    expect(wallsSentence(probes("held", "held"))).toBe("All 2 walls held.");
    expect(wallsSentence(probes("held", "unknown"))).toContain("1 could not be checked");
  });

  it("names an open wall before anything else", () => {
    expect(wallsSentence(probes("held", "unknown", "open"))).toMatch(/^1 wall of 3 is open/);
    expect(wallsSentence(probes("open", "open"))).toMatch(/^2 walls of 2 are open/);
  });

  it("lists open walls first and leaves the rest in order", () => {
    expect(byUrgency(probes("held", "unknown", "held", "open")).map(({ id }) => id)).toEqual([
      "3",
      "1",
      "0",
      "2",
    ]);
  });
});
