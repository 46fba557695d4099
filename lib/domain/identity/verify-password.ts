import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Ports } from "../context";
import { countTry, forgetTries } from "./count-try";
import { isPassword } from "./password";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES_PER_ADDRESS = 50;
const MAX_TRIES_PER_PERSON = 10;

export const VerifyPassword = z.object({
  email: z.string().max(320).trim().toLowerCase(),
  password: z.string().max(1_000),
  ip: z.string().max(100),
});

/**
 * Who this is, if the password is right. Tries are counted per person and per address before anything is looked up.
 *
 * @throws AppError `unauthenticated` (the same for an unknown person and a wrong password) · `rate_limited`
 */
export async function verifyPassword(
  ports: Pick<Ports, "db" | "now">,
  input: z.input<typeof VerifyPassword>,
): Promise<{ id: string; name: string; email: string }> {
  const { email, password, ip } = VerifyPassword.parse(input);
  const personKey = `login:${email}`;
  const limits = [
    { key: `login:${ip}`, maxTries: MAX_TRIES_PER_ADDRESS, windowMs: WINDOW_MS },
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
  return { id: user.id, name: user.name, email: user.email };
}
