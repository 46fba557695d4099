import { describe, expect, test } from "vitest";
import { opennessOf } from "./openness-of";

describe("opennessOf", () => {
  test("a room without a repository is private until its maker says otherwise", () => {
    expect(opennessOf({ wished: undefined, repositoryOpenness: null })).toBe("private");
    expect(opennessOf({ wished: "open", repositoryOpenness: null })).toBe("open");
  });

  test("a room with a repository follows the organisation's rule", () => {
    expect(opennessOf({ wished: undefined, repositoryOpenness: "open" })).toBe("open");
    expect(opennessOf({ wished: undefined, repositoryOpenness: "private" })).toBe("private");
  });

  test("its maker may close a repository's room although the organisation opens them", () => {
    expect(opennessOf({ wished: "private", repositoryOpenness: "open" })).toBe("private");
  });
});
