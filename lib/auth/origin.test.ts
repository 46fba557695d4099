import { expect, test } from "vitest";
import { requireOwnOrigin, requireOwnSite, requireSocketOrigin } from "./origin";

const appUrl = new URL("http://workroom.localhost:3000");
const passes = (check: () => void) => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

test.each([
  ["GET", undefined, true, true],
  ["GET", "http://evil.example", true, false],
  ["GET", "null", true, false],
  ["GET", "http://evil.example", false, true],
  ["GET", "http://workroom.localhost:3000", true, true],
  ["POST", "http://workroom.localhost:3000", true, true],
  ["POST", "http://workroom.localhost", true, false],
  ["POST", "https://workroom.localhost:3000", true, false],
  ["POST", "http://p-abc.workroom.localhost:3000", true, false],
  ["POST", "null", true, false],
  ["POST", "null", false, false],
  ["POST", undefined, true, false],
  ["POST", undefined, false, true],
  ["DELETE", "http://evil.example", false, false],
])("%s from origin %s, cookies %s: passes %s", (method, origin, hasCookies, expected) =>
  expect(passes(() => requireOwnOrigin({ method, origin, hasCookies }, appUrl))).toBe(expected),
);

test.each([
  ["GET", "same-site", "navigate", "document", true],
  ["GET", "cross-site", "navigate", "document", true],
  ["GET", "same-site", "navigate", "iframe", false],
  ["GET", "same-site", "cors", "empty", false],
  ["GET", "same-site", "no-cors", "script", false],
  ["POST", "same-site", "navigate", "document", false],
  ["POST", "same-origin", "cors", "empty", true],
  ["GET", "none", "navigate", "document", true],
  ["GET", undefined, undefined, undefined, true],
])("%s of a %s page, mode %s to %s: passes %s", (method, site, mode, destination, expected) =>
  expect(passes(() => requireOwnSite({ method, site, mode, destination }))).toBe(expected),
);

test.each([
  ["http://workroom.localhost:3000", true],
  ["http://p-abc.workroom.localhost:3000", false],
  ["null", false],
  [undefined, false],
])("a socket from %s: passes %s", (origin, expected) =>
  expect(passes(() => requireSocketOrigin(origin, appUrl))).toBe(expected),
);
