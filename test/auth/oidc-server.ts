import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

export type OidcPerson = { sub: string; name: string; email?: string; isVerified?: boolean };

export const oidcClient = { id: "workroom", secret: "a secret of the test's own client" };

/** A real OpenID Connect server on loopback. Its log-in page has a link for each person it knows. */
export async function startOidcServer(redirectUri: string, known: readonly OidcPerson[]) {
  const people = [...known];
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configuration(redirectUri, people));
  const answer = provider.callback();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", issuer);
    if (!url.pathname.startsWith("/interaction/")) return void answer(request, response);
    const accountId = url.searchParams.get("as");
    if (accountId === null) {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(loginPage(url.pathname, people));
      return;
    }
    void provider.interactionFinished(request, response, { login: { accountId } });
  });
  return {
    issuer,
    people,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
export type OidcServer = Awaited<ReturnType<typeof startOidcServer>>;

const loginPage = (path: string, people: readonly OidcPerson[]) =>
  `<!doctype html><title>Test sign-in</title><h1>Who are you?</h1>${people
    .map(({ sub, name }) => `<p><a href="${path}?as=${sub}">${name}</a>`)
    .join("")}`;

function configuration(redirectUri: string, people: readonly OidcPerson[]): Configuration {
  return {
    clients: [
      {
        client_id: oidcClient.id,
        client_secret: oidcClient.secret,
        redirect_uris: [redirectUri],
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: ["a key of the test"] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => {
        const { name, email, isVerified } = people.find((one) => one.sub === sub) ?? {};
        return { sub, name, email, email_verified: isVerified };
      },
    }),
    // Everybody has agreed to what this one client asks for.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? "",
        accountId: oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}
