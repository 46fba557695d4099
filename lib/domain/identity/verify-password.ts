import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { SECOND_STEP_NEEDED } from "@/lib/protocol/account";
import type { Ports } from "../context";
import { countTry, forgetTries } from "./count-try";
import { isPassword } from "./password";
import { spendSecondStep } from "./spend-second-step";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES_PER_ADDRESS = 50;
const MAX_TRIES_PER_PERSON = 10;

export const VerifyPassword = z.object({
  email: z.string().max(320).trim().toLowerCase(),
  password: z.string().max(1_000),
  /** Of the second step; empty at first. */
  code: z.string().max(100).default(""),
  ip: z.string().max(100),
});

/**
 * Who this is, if the password is right. Tries are counted per person and per address before anything is looked up.
 *
 * Whether there is a second step is told to nobody without the right password.
 *
 * @throws AppError `unauthenticated` (the same for an unknown person and a wrong password; SECOND_STEP_NEEDED as the
 * message when a code is missing) · `invalid_input` for a wrong code · `rate_limited`
 */
export async function verifyPassword(
  ports: Pick<Ports, "db" | "now" | "secrets">,
  input: z.input<typeof VerifyPassword>,
): Promise<{ id: string; name: string; email: string }> {
  const { email, password, code, ip } = VerifyPassword.parse(input);
  const personKey = `login:${email}`;
  const limits = [
    // Another beginning than a person's key: nobody uses up an address's tries by typing it as an e-mail.
    { key: `login-from:${ip}`, maxTries: MAX_TRIES_PER_ADDRESS, windowMs: WINDOW_MS },
    { key: personKey, maxTries: MAX_TRIES_PER_PERSON, windowMs: WINDOW_MS },
  ];
  await countTry(ports.db, limits, ports.now());
  const user = await inSystem(ports.db, async (tx) => {
    const [row] = await tx.select().from(users).where(eq(users.email, email));
    return row;
  });
  if (!(await isPassword(user?.passwordHash ?? null, password)) || !user)
    throw new AppError("unauthenticated", "The e-mail address or the password is wrong.");
  await forgetTries(ports.db, personKey);
  if (user.totpEnabledAt !== null) {
    if (code.trim() === "") throw new AppError("unauthenticated", SECOND_STEP_NEEDED);
    await spendSecondStep(ports, { user, code });
  }
  return { id: user.id, name: user.name, email: user.email };
}
