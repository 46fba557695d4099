import { sql } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { orgMembers, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Context, Ports } from "../context";
import { connectDetectedModel, detectedModel } from "../model/connect-detected-model";
import { testModel } from "../model/test-model";
import { createOrgIn } from "../org/create-org";
import { OrgName } from "../org/org-slug";
import { countTry } from "./count-try";
import { describeSetup } from "./describe-setup";
import { hashPassword, Password } from "./password";
import { redeemTicketIn } from "./redeem-ticket";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES = 20;

export const CreateOwner = z.strictObject({
  token: z.string().max(200),
  orgName: OrgName,
  name: z.string().trim().min(1, "Tell us your name.").max(80),
  email: z.email("This is no e-mail address.").max(320).toLowerCase(),
  password: Password,
  /** A model found on this machine, to be used from the start. */
  model: z
    .strictObject({ detectedId: z.string().max(100), modelId: z.string().min(1).max(200) })
    .optional(),
});

/**
 * Makes the first organisation and its owner. The set-up ticket is used up with it, so it works once.
 *
 * @throws AppError `unauthenticated` for a used or old link · `conflict` when there is an owner · `rate_limited`
 */
export async function createOwner(
  ports: Ports,
  input: z.input<typeof CreateOwner>,
  { ip }: { ip: string },
): Promise<{ orgSlug: string; email: string }> {
  const limit = { key: `setup:${ip}`, maxTries: MAX_TRIES, windowMs: WINDOW_MS };
  await countTry(ports.db, [limit], ports.now());
  const { token, model, ...owner } = CreateOwner.parse(input);
  if (model) await testDetected(ports, token, model);
  const passwordHash = await hashPassword(owner.password);
  const made = await inSystem(ports.db, async (tx) => {
    await redeemTicketIn(tx, ports.now(), { secret: token, purpose: "setup" });
    return insertOwner(tx, ports, { ...owner, passwordHash });
  });
  if (model) await connectDetectedModel({ ...made.ctx, requestId: newId("request") }, model);
  return { orgSlug: made.orgSlug, email: owner.email };
}

/** Before the link is used up: a model that doesn't work can be left out, and the form sent again. */
async function testDetected(
  ports: Ports,
  token: string,
  { detectedId, modelId }: { detectedId: string; modelId: string },
): Promise<void> {
  const { isValid } = await describeSetup(ports, { token });
  if (!isValid) throw new AppError("unauthenticated", "This link was used already or is too old.");
  await testModel(ports, detectedModel(ports, detectedId, modelId));
}

type NewOwner = { orgName: string; name: string; email: string; passwordHash: string };

async function insertOwner(
  tx: DbTransaction,
  ports: Ports,
  owner: NewOwner,
): Promise<{ ctx: Omit<Context, "requestId">; orgSlug: string }> {
  // Two links used at the same moment make one owner: the second waits here and then sees the first.
  await tx.execute(sql`lock table org_members in share row exclusive mode`);
  if ((await tx.select().from(orgMembers).limit(1)).length > 0)
    throw new AppError("conflict", "This installation has an owner already. Sign in instead.");
  const userId = newId("user");
  const { email, name, passwordHash } = owner;
  await tx.insert(users).values({ id: userId, email, name, passwordHash, createdAt: ports.now() });
  const org = await createOrgIn(tx, ports, { userId, sessionId: null }, owner.orgName);
  const actor = { kind: "user", userId, sessionId: null, role: "owner" } as const;
  return { ctx: { ...ports, orgId: org.id, actor }, orgSlug: org.slug };
}
