import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { type Org, orgMembers, orgs } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId, randomBase32 } from "@/lib/ids";
import { OrgView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import type { PersonActor, Ports } from "../context";
import { defineVerb } from "../define-verb";
import { countTry } from "../identity/count-try";
import { writeAudit } from "../write-audit";
import { OrgName, slugOf } from "./org-slug";

const DAY_MS = 24 * 60 * 60 * 1_000;
const MAX_NEW_A_DAY = 20;
const NUMBERED_SLUGS = 9;

export const CreateOrg = z.strictObject({ name: OrgName });

/**
 * Makes an organisation whose owner is its maker. Its slug comes from the name and gets a number when it is taken.
 *
 * @throws AppError `rate_limited` after 20 in a day
 */
export async function createOrg(
  ports: Pick<Ports, "db" | "now">,
  maker: { userId: string; sessionId: string | null },
  input: z.input<typeof CreateOrg>,
): Promise<Org> {
  const { name } = CreateOrg.parse(input);
  const limit = { key: `org-create:${maker.userId}`, maxTries: MAX_NEW_A_DAY, windowMs: DAY_MS };
  await countTry(ports.db, [limit], ports.now());
  return inSystem(ports.db, (tx) => createOrgIn(tx, ports, maker, name));
}

/** The same as part of a transaction in the system's scope. */
export async function createOrgIn(
  tx: DbTransaction,
  ports: Pick<Ports, "now">,
  maker: { userId: string; sessionId: string | null },
  name: string,
): Promise<Org> {
  const now = ports.now();
  const org = await insertOrg(tx, { id: newId("org"), name, createdAt: now });
  const owner = { orgId: org.id, userId: maker.userId, role: "owner" } as const;
  await tx.insert(orgMembers).values({ ...owner, createdAt: now });
  const actor: PersonActor = { kind: "user", ...maker, role: "owner" };
  const ctx = { now: ports.now, orgId: org.id, actor };
  await writeAudit(tx, ctx, "org.create", org.id, { name, slug: org.slug });
  return org;
}

/** Another organisation may take the same slug at the same moment, so the index decides. */
async function insertOrg(
  tx: DbTransaction,
  values: { id: string; name: string; createdAt: Date },
): Promise<Org> {
  const slug = slugOf(values.name);
  const numbered = Array.from({ length: NUMBERED_SLUGS }, (_, index) => `${slug}-${index + 2}`);
  for (const candidate of [slug, ...numbered, `${slug.slice(0, 20)}-${randomBase32(12)}`]) {
    const insert = tx.insert(orgs).values({ ...values, slug: candidate });
    const [org] = await insert.onConflictDoNothing({ target: orgs.slug }).returning();
    if (org) return org;
  }
  throw new Error("Sixty random bits were taken.");
}

export const createOrganisation = defineVerb({
  name: "org.create",
  summary: "Makes an organisation of which you are the owner.",
  input: CreateOrg,
  output: OrgView,
  action: "account.manage",
  rest: { method: "POST", path: "/orgs" },
  async run(ctx, input) {
    authorize(ctx, "account.manage", { kind: "org", orgId: ctx.orgId });
    if (ctx.actor.kind !== "user")
      throw new AppError("forbidden", "An organisation is made by a person.");
    const { id, slug, name } = await createOrg(ctx, ctx.actor, input);
    return { id, slug, name };
  },
});
