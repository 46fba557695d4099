import { describe, expect, test } from "vitest";
import { isOwnPath } from "./own-path";

describe("where a person goes after signing in", () => {
  test.each(["/", "/acme/workrooms/wr_1?a=1#b", "/invite/x", "/apps/open?slug=a&to=%2F%2Fb"])(
    "%j is ours",
    (path) => expect(isOwnPath(path)).toBe(true),
  );

  test.each([
    "",
    "acme",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\\evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "//",
    undefined,
    ["/"],
  ])("%j is not", (path) => expect(isOwnPath(path)).toBe(false));
});
