import { z } from "zod";

/** What a program's key may do: look; change rooms, files and chats; run commands; settings and members. */
export const apiKeyScopes = ["read", "write", "run", "admin"] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** What each scope means, for the person who makes a key and for the docs. */
export const apiKeyScopeWords: Readonly<Record<ApiKeyScope, string>> = {
  read: "See workrooms, chats, files and results.",
  write: "Make workrooms, send messages, change files, publish.",
  run: "Run commands in workrooms.",
  admin: "Change members, models and the rules of the organisation.",
};

/** The key itself is shown once, when it is made; from then on only its last four characters. */
export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  person: z.object({ id: z.string(), name: z.string() }),
  scopes: z.array(z.enum(apiKeyScopes)),
  lastFour: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(), // null: never
  lastUsedAt: z.iso.datetime().nullable(), // to the minute
  state: z.enum(["active", "expired"]),
});
export type ApiKeyView = z.infer<typeof ApiKeyView>;

export const NewApiKeyView = ApiKeyView.extend({ key: z.string() });
export type NewApiKeyView = z.infer<typeof NewApiKeyView>;
