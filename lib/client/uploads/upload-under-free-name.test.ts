import { expect, it } from "vitest";
import { pathOfTry } from "./upload-under-free-name";

it("counts before the ending of the name, and leaves dots of folders and hidden files alone", () => {
  expect(pathOfTry("input/sales.csv", 1)).toBe("input/sales.csv");
  expect(pathOfTry("input/sales.csv", 2)).toBe("input/sales (2).csv");
  expect(pathOfTry("input/v1.2/README", 3)).toBe("input/v1.2/README (3)");
  expect(pathOfTry("input/.env", 2)).toBe("input/.env (2)");
});
