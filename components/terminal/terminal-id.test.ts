import { describe, expect, it } from "vitest";
import { TerminalId } from "@/lib/protocol/ids";
import { newTerminalId } from "./terminal-id";

describe("terminal ids", () => {
  it("have the form the server takes, and no two are alike", () => {
    const ids = Array.from({ length: 500 }, newTerminalId);
    expect(ids.every((id) => TerminalId.safeParse(id).success)).toBe(true);
    expect(new Set(ids).size).toBe(500);
  });
});
