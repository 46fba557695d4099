import { expect, test, vi } from "vitest";
import { AppError } from "./errors";

test("an AppError of another copy of the module is an AppError", async () => {
  vi.resetModules();
  const copy = await import("./errors");
  expect(copy.AppError).not.toBe(AppError);
  expect(new copy.AppError("conflict", "x")).toBeInstanceOf(AppError);
  expect(new Error("x")).not.toBeInstanceOf(AppError);
  expect({ name: "AppError" }).not.toBeInstanceOf(AppError);
});
