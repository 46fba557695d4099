import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { scopeOf } from "@/lib/domain/authorize";
import type { Verb } from "@/lib/domain/define-verb";
import { verbs } from "@/lib/server/verbs/registry";
import { newId } from "@/lib/ids";
import { openInstallation, type Installation } from "../installation";
import { askVerb, type VerbAnswer } from "./ask-verb";
import { fingerprint } from "./fingerprint";
import { inputOf, namesOf } from "./input-of";
import { callers, expected, type Openness, type Profile } from "./profiles";
import { type Row, table } from "./table";
import { idKinds, makeWorld, type World } from "./world";

let installation: Installation;
let dataDir: string;

beforeAll(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", "0123456789abcdef0123456789abcdef");
  dataDir = mkdtempSync(join(tmpdir(), "wr-matrix-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await installation.close();
});

const rowOf = (verb: Verb): Row => table[verb.name as keyof typeof table];
const openWorld = (openness: Openness) => makeWorld(installation.ports, dataDir, openness);
const ask = (world: World, caller: (typeof callers)[number], verb: Verb) =>
  askVerb(world, caller, {
    verb,
    profile: rowOf(verb).profile,
    input: inputOf(verb, rowOf(verb), world),
  });

/** A cell's outcome: what a row lets pass counts as done. */
const outcomeOf = ({ status, code, text }: VerbAnswer, row: Row): string =>
  status < 300 || (row.passesWith !== undefined && code === row.passesWith) ? "ok" : (code ?? text);

const byCaller = (profile: Profile, openness: Openness) =>
  callers.map((caller) => [caller, expected(profile, openness, caller)] as const);

describe.each(verbs.map((verb) => [verb.name, verb] as const))("%s", (_name, verb) => {
  test.each(["private", "open"] as const)("of a room that is %s", async (openness) => {
    const row = rowOf(verb);
    const cells = byCaller(row.profile, openness);
    const seen: Record<string, string> = {};
    let world = await openWorld(openness);
    await row.prepare?.(world);
    const before = await fingerprint(world);
    for (const [caller, wanted] of cells)
      if (wanted !== "ok") seen[caller] = outcomeOf(await ask(world, caller, verb), row);
    expect(await fingerprint(world), "a refused call has changed something").toEqual(before);
    for (const [caller, wanted] of cells) {
      if (wanted !== "ok") continue;
      seen[caller] = outcomeOf(await ask(world, caller, verb), row);
      if (verb.rest.method === "GET") continue;
      world = await openWorld(openness);
      await row.prepare?.(world);
    }
    expect(seen).toEqual(Object.fromEntries(cells));
  });

  test("needs the scope that its row says", () => {
    expect(scopeOf(verb.action)).toBe(rowOf(verb).profile.scope);
  });
});

/** Ids of the world that the verb takes. */
const idsOf = (verb: Verb) => namesOf(verb).filter((name) => isIdName(name));
const isIdName = (name: string): name is keyof World["ids"] => name in idKinds;

describe.each(
  verbs.filter((verb) => idsOf(verb).length > 0).map((verb) => [verb.name, verb] as const),
)("%s", (_name, verb) => {
  test("answers a foreign id, a hidden one and a missing one with the same bytes", async () => {
    const [world, other] = [await openWorld("private"), await openWorld("open")];
    const missing = Object.fromEntries(
      idsOf(verb).map((name) => [name, newId(idKinds[name as keyof typeof idKinds])]),
    );
    const input = inputOf(verb, rowOf(verb), world);
    const foreign = Object.fromEntries(
      idsOf(verb).map((name) => [name, inputOf(verb, rowOf(verb), other)[name]]),
    );
    const answers = async (caller: (typeof callers)[number]) => {
      const { profile } = rowOf(verb);
      const say = (ids: Record<string, unknown>) =>
        askVerb(world, caller, { verb, profile, input: { ...input, ...ids } });
      return [await say(missing), await say(foreign), await say({})];
    };
    // The admin may manage what is the organisation's, but does not see the private room.
    const isHidden = expected(rowOf(verb).profile, "private", "member") === "not_found";
    const [unknown, strange, hidden] = await answers(isHidden ? "member" : "admin");
    expect(["not_found", null]).toContain(unknown?.code);
    expect(strange).toEqual(unknown);
    expect(isHidden ? hidden : unknown).toEqual(unknown);
  });
});

const crafted = {
  role: "owner",
  orgId: "org_x",
  createdBy: "usr_x",
  access: "edit",
  userId: "usr_x",
  isAdmin: true,
};

describe.each(verbs.map((verb) => [verb.name, verb] as const))("%s", (_name, verb) => {
  test("refuses a field that it doesn't know, and names it", async () => {
    const world = await openWorld("open");
    const before = await fingerprint(world);
    for (const [name, value] of Object.entries(crafted)) {
      if (namesOf(verb).includes(name)) continue;
      const input = { ...inputOf(verb, rowOf(verb), world), [name]: value };
      const answer = await askVerb(world, "admin", { verb, profile: rowOf(verb).profile, input });
      expect(answer).toMatchObject({ status: 400, code: "invalid_input" });
      expect(JSON.parse(answer.text)).toMatchObject({
        errors: expect.arrayContaining([expect.objectContaining({ pointer: `/${name}` })]),
      });
    }
    expect(await fingerprint(world)).toEqual(before);
  });
});

test("each verb has a route and a name of its own", () => {
  const routes = verbs.map(({ rest }) => `${rest.method} ${rest.path.replaceAll(/:\w+/g, ":")}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
});
