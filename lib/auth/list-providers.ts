import type { Env } from "@/lib/env";
import type { SignInProvider } from "@/lib/protocol/account";

/** The places besides the password where people can sign in, by the settings. */
export const listProviders = (env: Env): SignInProvider[] => [
  ...(env.GITHUB_CLIENT_ID ? [{ id: "github", label: "GitHub" } as const] : []),
  ...(env.GOOGLE_CLIENT_ID ? [{ id: "google", label: "Google" } as const] : []),
  ...(env.OIDC_ISSUER ? [{ id: "oidc", label: env.OIDC_NAME } as const] : []),
];
