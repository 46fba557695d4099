import { and, eq, isNull, lt, or } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { type User, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Ports } from "../context";
import { countTry, forgetTries } from "./count-try";
import { spendRecoveryCode } from "./recovery-codes";
import { findTotpStep } from "./totp";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES = 10;

/** Six digits of an authenticator app, or a recovery code. */
export const SecondStepCode = z.string().trim().min(1, "Type the code.").max(40);

/** Context of the sealed secret: a box moved to another person's row doesn't open. */
export const totpBoxContext = (userId: string) => `totp:${userId}`;
export const secondStepTries = (userId: string) => `totp:${userId}`;

type Asked = { user: Pick<User, "id" | "totpBox" | "totpLastStep">; code: string };

/**
 * Uses up a code of the second step: each works once, also when it is sent twice at the same moment.
 *
 * @throws AppError `invalid_input` for a wrong or used code · `rate_limited`
 */
export async function spendSecondStep(
  ports: Pick<Ports, "db" | "now" | "secrets">,
  { user, code }: Asked,
): Promise<void> {
  await countSecondStep(ports, user.id);
  const isRight = await inSystem(ports.db, async (tx) => {
    if (await spendTotpCode(tx, ports, { user, code: code.replaceAll(/\s/g, "") })) return true;
    return spendRecoveryCode(tx, ports.now(), { userId: user.id, typed: code });
  });
  if (!isRight) throw new AppError("invalid_input", "This code is wrong or was used already.");
  await forgetTries(ports.db, secondStepTries(user.id));
}

/** @throws AppError `rate_limited` after too many codes of one person, whatever each was for */
export const countSecondStep = (ports: Pick<Ports, "db" | "now">, userId: string): Promise<void> =>
  countTry(
    ports.db,
    [{ key: secondStepTries(userId), maxTries: MAX_TRIES, windowMs: WINDOW_MS }],
    ports.now(),
  );

/** @returns whether the code is right and was not used before */
export async function spendTotpCode(
  tx: DbTransaction,
  ports: Pick<Ports, "now" | "secrets">,
  { user, code }: Asked,
): Promise<boolean> {
  if (user.totpBox === null) return false;
  const secret = ports.secrets.open(user.totpBox, totpBoxContext(user.id));
  const step = findTotpStep(secret, code, ports.now());
  if (step === null) return false;
  const isLater = or(isNull(users.totpLastStep), lt(users.totpLastStep, step));
  const spent = await tx
    .update(users)
    .set({ totpLastStep: step })
    .where(and(eq(users.id, user.id), eq(users.totpBox, user.totpBox), isLater))
    .returning();
  return spent.length > 0;
}
