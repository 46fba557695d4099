import type { OAuthConfig } from "next-auth/providers/oauth";
import { z } from "zod";
import type { Env } from "@/lib/env";

/** A person as every provider is made to tell of them: the address only when the provider has checked it. */
type OAuthPerson = { id: string; name: string; email: string | null };

const TIMEOUT_MS = 10_000;
const MAX_NAME_LENGTH = 80;
const httpOptions = { timeout: TIMEOUT_MS };

const nameOf = (name: string | undefined, email: string | null, fallback: string) =>
  ((name ?? "").trim() || email?.split("@")[0] || fallback).slice(0, MAX_NAME_LENGTH);

const Claims = z.object({
  sub: z.string().min(1).max(255),
  name: z.string().optional(),
  email: z.string().max(320).toLowerCase().optional(),
  /** Some servers send it as text; only a true `true` counts. */
  email_verified: z.unknown().optional(),
});

function personOfClaims(claims: unknown): OAuthPerson {
  const { sub, name, email, email_verified: isVerified } = Claims.parse(claims);
  const checked = isVerified === true ? (email ?? null) : null;
  return { id: sub, name: nameOf(name, checked, "New colleague"), email: checked };
}

type Client = { clientId: string; clientSecret: string };

/** Any OpenID Connect server, found by its discovery document. */
const openId = (
  { id, name, issuer }: { id: string; name: string; issuer: string },
  client: Client,
): OAuthConfig<unknown> => ({
  ...client,
  id,
  name,
  type: "oauth",
  issuer,
  wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
  authorization: { params: { scope: "openid email profile" } },
  idToken: true,
  checks: ["pkce", "state", "nonce"],
  httpOptions,
  profile: personOfClaims,
  userinfo: {
    // Many servers keep the address out of the ID token. Given the token set, the client also checks that both are of the
    // same subject.
    request: ({ client: asker, tokens }) =>
      asker.userinfo(tokens as Parameters<typeof asker.userinfo>[0]),
  },
});

const GitHubUser = z.object({
  id: z.number().int(),
  login: z.string(),
  name: z.string().nullish(),
});
const GitHubEmails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);
type GitHubSites = { web: string; api: string };
const publicGitHub: GitHubSites = { web: "https://github.com", api: "https://api.github.com" };

/** GitHub speaks OAuth, not OpenID Connect; the primary, checked address comes from its API. */
export const gitHub = (client: Client, { web, api } = publicGitHub): OAuthConfig<unknown> => ({
  ...client,
  id: "github",
  name: "GitHub",
  type: "oauth",
  issuer: `${web}/login/oauth`,
  authorization: {
    url: `${web}/login/oauth/authorize`,
    params: { scope: "read:user user:email" },
  },
  token: `${web}/login/oauth/access_token`,
  checks: ["pkce", "state"],
  httpOptions,
  userinfo: {
    url: `${api}/user`,
    async request({ tokens }) {
      const ask = async (path: string): Promise<unknown> => {
        const response = await fetch(`${api}${path}`, {
          headers: {
            accept: "application/vnd.github+json",
            authorization: `Bearer ${tokens.access_token}`,
            "user-agent": "workroom",
          },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok) throw new Error(`GitHub answered ${response.status}.`);
        return response.json();
      };
      const user = GitHubUser.parse(await ask("/user"));
      const emails = GitHubEmails.parse(await ask("/user/emails"));
      const email = emails.find(({ primary, verified }) => primary && verified)?.email;
      return {
        sub: String(user.id),
        name: user.name ?? user.login,
        email_verified: email !== undefined,
        ...(email !== undefined && { email }),
      };
    },
  },
  profile: personOfClaims,
});

const GOOGLE_ISSUER = "https://accounts.google.com";

/** The providers whose settings are there. */
export function oauthProviders(env: Env): OAuthConfig<unknown>[] {
  const found: OAuthConfig<unknown>[] = [];
  if (env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_SECRET)
    found.push(gitHub({ clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET }));
  if (env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET) {
    const client = { clientId: env.GOOGLE_CLIENT_ID, clientSecret: env.GOOGLE_CLIENT_SECRET };
    found.push(openId({ id: "google", name: "Google", issuer: GOOGLE_ISSUER }, client));
  }
  if (env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET) {
    const client = { clientId: env.OIDC_CLIENT_ID, clientSecret: env.OIDC_CLIENT_SECRET };
    found.push(openId({ id: "oidc", name: env.OIDC_NAME, issuer: env.OIDC_ISSUER }, client));
  }
  return found;
}
