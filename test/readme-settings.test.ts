import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { settingNames } from "@/lib/env";

const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");

test("the README's configuration table names exactly the settings that are read", () => {
  const table = readme.split("## Configuration")[1]?.split("\n## ")[0] ?? "";
  const named = [...table.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual(settingNames.toSorted());
});
