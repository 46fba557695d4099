/** What a program's key may do: look; change rooms, files and chats; run commands; settings and members. */
export const apiKeyScopes = ["read", "write", "run", "admin"] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];
