import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { AppError } from "./errors";
import { withoutParameters } from "./without-parameters";

const cause = new Error("deadlock detected");
const failed = new DrizzleQueryError("insert into messages values ($1)", ["my\nsecret"], cause);

test.each([
  ["a failed query", failed],
  ["what it caused", new AppError("internal", "Something.", { cause: failed })],
])("%s is logged with the query and its cause, without what was in it", (_name, error) => {
  const text = JSON.stringify(withoutParameters(error));
  expect(text).toContain("insert into messages");
  expect(text).toContain("deadlock detected");
  expect(text).toContain("    at ");
  expect(text).not.toContain("secret");
});

test("any other failure is logged as it is", () => {
  expect(withoutParameters(cause)).toMatchObject({ type: "Error", message: "deadlock detected" });
});
