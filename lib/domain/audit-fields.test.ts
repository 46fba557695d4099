import { expect, test } from "vitest";
import { auditText } from "./audit-fields";

test("a field that nobody has allowed is said to be there, and its value is not told", () => {
  const text = auditText({
    title: "Sales",
    apiKey: "sk-live-1",
    note: "Dear Ann",
    totpSecret: "JBSW",
  });
  expect(JSON.parse(text ?? "")).toEqual({
    title: "Sales",
    apiKey: "[not recorded]",
    note: "[not recorded]",
    totpSecret: "[not recorded]",
  });
});

test("an allowed field is no way in for objects, long texts, or an address with a key in it", () => {
  const text = auditText({
    name: { password: "x" },
    scopes: ["read", { secret: "x" }],
    title: "x".repeat(1_000),
    baseUrl: "https://ann:pass@models.example/v1?key=abc#abc",
    role: undefined,
  });
  expect(JSON.parse(text ?? "")).toEqual({
    name: "[not recorded]",
    scopes: ["read", "[not recorded]"],
    title: "x".repeat(300),
    baseUrl: "https://models.example/v1",
  });
});
