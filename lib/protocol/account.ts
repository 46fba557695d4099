import { z } from "zod";

const Time = z.iso.datetime();

export const signInProviderIds = ["github", "google", "oidc"] as const;
export const SignInProvider = z.object({ id: z.enum(signInProviderIds), label: z.string() });
/** A place besides the password where people sign in; only those the operator has set up. */
export type SignInProvider = z.infer<typeof SignInProvider>;

export const ConnectionView = z.object({
  provider: z.enum(signInProviderIds),
  label: z.string(),
  subject: z.string(),
  email: z.string(),
  connectedAt: Time,
});
export type ConnectionView = z.infer<typeof ConnectionView>;

/** What a person sees of their own account. */
export const AccountView = z.object({
  name: z.string(),
  email: z.string(),
  hasPassword: z.boolean(),
  totp: z.object({ isOn: z.boolean(), recoveryCodesLeft: z.number().int() }),
  connections: z.array(ConnectionView),
  providers: z.array(SignInProvider),
});
export type AccountView = z.infer<typeof AccountView>;

export const SessionView = z.object({
  id: z.string(),
  device: z.string(), // "Firefox on Windows"
  address: z.string(),
  method: z.string(), // "Password", or the provider's label
  createdAt: Time,
  lastSeenAt: Time,
  isCurrent: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** The message by which signing in with the right password asks for the second step. */
export const SECOND_STEP_NEEDED = "second_step_needed";
