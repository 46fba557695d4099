import { expect, test } from "vitest";
import { egressRules } from "./egress";

test("every address of this machine is in the denied set beside the private ranges, and the default is to drop", () => {
  const rules = egressRules(["203.0.113.7", "45.76.1.2"]);
  const denied = /set denied \{.*elements = \{ ([^}]*) \} \}/.exec(rules)?.[1]?.split(", ");
  expect(denied).toEqual(
    expect.arrayContaining(["45.76.1.2", "203.0.113.7", "10.0.0.0/8", "169.254.0.0/16"]),
  );
  expect(rules.match(/policy drop/g)).toHaveLength(2);
});

test("the new rules replace the old ones in one step: there is no moment without a filter", () => {
  const [add, flush, ...rest] = egressRules([]).split("\n");
  expect([add, flush]).toEqual(["add table inet workroom", "flush table inet workroom"]);
  expect(rest.join("\n")).toContain("table inet workroom {");
});
