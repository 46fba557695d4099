/** Why a sign-in at a provider let nobody in, by the code that the log-in page gets. Other codes have no words. */
const words = {
  unknown:
    "No account here goes with that sign-in. Ask for an invitation. If you have a password, log in with it and connect the sign-in under Settings, Account.",
  password_first:
    "This e-mail address has an account already. Log in the way you always do, then connect the sign-in under Settings, Account.",
  invitation:
    "That sign-in can't use this invitation. It may be for another e-mail address, used already or too old.",
  taken: "That sign-in belongs to another account here.",
  expired: "That took too long, or came from another browser. Try again.",
  provider: "The sign-in there didn't work. Try again.",
} as const;

export type SignInRefusal = keyof typeof words;

export const refusalWords = (code: unknown): string | null =>
  typeof code === "string" && Object.hasOwn(words, code) ? words[code as SignInRefusal] : null;
