import { describe, expect, it } from "vitest";
import { cn } from "./cn";

describe("cn", () => {
  it.each([
    [["h-9 px-3 text-sm", "h-11"], "px-3 text-sm h-11"],
    [["px-2 py-1", "p-4"], "p-4"],
    [["text-sm text-muted-foreground", "text-danger"], "text-sm text-danger"],
    [["text-sm text-danger", "text-[0.8125rem]"], "text-danger text-[0.8125rem]"],
    [["border border-input", "border-danger"], "border border-danger"],
    [["border-input", "border-2"], "border-input border-2"],
    [["size-8", "h-6"], "size-8 h-6"],
    [["h-6 w-6", "size-8"], "size-8"],
    [["md:h-9 h-11", "md:h-8"], "h-11 md:h-8"],
    [["hover:bg-hover bg-card", "bg-muted"], "hover:bg-hover bg-muted"],
    [["inline-flex", false, undefined, "hidden"], "hidden"],
    [["-mx-2", "mx-0"], "mx-0"],
    [["font-medium font-mono", "font-normal"], "font-mono font-normal"],
    [
      ["inset-x-0 bottom-0 md:inset-auto md:top-1/2", "md:top-[20%]"],
      "inset-x-0 bottom-0 md:inset-auto md:top-[20%]",
    ],
  ])("of two classes of one kind the later wins: %j", (inputs, expected) => {
    expect(cn(...inputs)).toBe(expected);
  });
});
