import { expect, test } from "vitest";
import { actionKinds, actionWords } from "@/components/settings/audit/audit-words";
import { verbs } from "@/lib/server/verbs/registry";

const changes = verbs.filter(({ rest }) => rest.method !== "GET").map(({ name }) => name);

test("the page of the audit log has plain words for every verb that changes something", () => {
  expect(changes.filter((name) => !(name in actionWords))).toEqual([]);
});

test("every kind of action can be filtered by", () => {
  const kinds = new Set(changes.map((name) => name.split(".")[0]));
  expect([...kinds].filter((kind) => !actionKinds.some(({ value }) => value === kind))).toEqual([]);
});
