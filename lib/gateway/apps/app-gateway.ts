import type { IncomingMessage, ServerResponse } from "node:http";
import type { Ports } from "@/lib/domain/context";
import { resolveApp } from "@/lib/domain/app/resolve-app";
import { notFound } from "@/lib/errors";
import { AccessCheck } from "../access-check";
import { readAccess } from "../access-token";
import { sendPage, sendRedirect } from "../answers";
import { contentType } from "../content-type";
import type { GatewayOptions } from "../gateway-options";
import { OPEN_PATH, openDoor } from "../open-door";
import { sendBytes } from "../send-bytes";
import { readUrlPath, toUrlPath, urlQuery } from "../url-path";
import { authorizeApp, findApp, loadApp, type FoundApp } from "./find-app";

/**
 * The App's own scripts, inline ones too, may run and load from anywhere: it is on its own origin and has nothing of
 * anybody's. Nobody frames it but the dashboard, and it posts no form to another place in a reader's name.
 */
const appHeaders = (ports: Ports): Record<string, string> => ({
  "content-security-policy": [
    "default-src 'self' data: blob: https: 'unsafe-inline' 'unsafe-eval'",
    "connect-src 'self' data: blob: https: wss:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self' https:",
    `frame-ancestors ${ports.settings.appUrl.origin}`,
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "origin-agent-cluster": "?1",
  "cross-origin-opener-policy": "same-origin",
});

/** Published Apps, `<slug>.`: the live version's files, read only. */
export class AppGateway {
  readonly #access: AccessCheck<FoundApp>;

  constructor(private readonly options: GatewayOptions) {
    this.#access = new AccessCheck(options.ports, loadApp);
  }

  async answer(request: IncomingMessage, response: ServerResponse, slug: string): Promise<void> {
    const { ports } = this.options;
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendPage(response, {
        status: 405,
        title: "Apps are only read",
        text: "This App takes no input on its server.",
        headers: { allow: "GET, HEAD", ...(request.complete ? {} : { connection: "close" }) },
      });
      return;
    }
    if (request.url?.split("?", 1)[0] === OPEN_PATH) return this.#open(request, response, slug);
    const app = await findApp(ports, slug);
    if (app?.audience !== "public" && !(await this.#mayRead(request, app)))
      return this.#sendToSignIn(request, response, slug);
    if (app === null) throw notFound("App");
    await this.#sendFile(request, response, app);
  }

  async #mayRead(request: IncomingMessage, app: FoundApp | null): Promise<boolean> {
    if (app === null) return false;
    const access = readAccess(
      request.headers.cookie,
      request.headers.host ?? "",
      this.options.ports.now(),
    );
    return access?.objectId === app.id && (await this.#access.find(access)) !== null;
  }

  /** A missing App and a private one answer alike to a stranger: the dashboard tells, once it knows who asks. */
  #sendToSignIn(request: IncomingMessage, response: ServerResponse, slug: string): void {
    const { appUrl } = this.options.ports.settings;
    const isPage = (request.headers["sec-fetch-dest"] ?? "document") === "document";
    if (!isPage) {
      sendPage(response, { status: 401, title: "Not signed in", text: "Open this App first." });
      return;
    }
    const url = new URL("/apps/open", appUrl);
    url.searchParams.set("slug", slug);
    url.searchParams.set("to", request.url ?? "/");
    sendRedirect(response, url.href);
  }

  async #sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    app: FoundApp,
  ): Promise<void> {
    const { ports } = this.options;
    const wanted = readUrlPath(request.url ?? "/");
    const path = wanted === null ? null : wanted.path;
    const found = path === null ? null : await resolveApp(ports, app.slug, `/${path}`);
    if (found === null || wanted === null) {
      sendPage(response, {
        status: 404,
        title: "Nothing here",
        text: "This App has no page at this address.",
        link: { href: "/", text: "Go to its first page" },
      });
      return;
    }
    const { file } = found;
    // `/docs` showing docs/index.html would break its relative links.
    if (
      !wanted.isFolder &&
      file.path.endsWith("index.html") &&
      !wanted.path.endsWith("index.html")
    ) {
      return sendRedirect(response, `${toUrlPath(wanted.path)}/${urlQuery(request.url ?? "")}`);
    }
    await sendBytes(request, response, {
      size: file.size,
      etag: `"${file.sha256}"`,
      headers: {
        ...appHeaders(ports),
        "content-type": contentType(file.path),
        // A new version must show at once; the ETag spares the bytes.
        "cache-control": `${app.audience === "public" ? "public" : "private"}, no-cache`,
        "last-modified": new Date(file.mtimeMs).toUTCString(),
      },
      open: ({ start, length }) => found.open({ start, end: start + length - 1 }),
    });
  }

  #open(request: IncomingMessage, response: ServerResponse, slug: string): Promise<void> {
    const { ports } = this.options;
    return openDoor(request, response, {
      ports,
      purpose: "app",
      parent: ports.settings.appsUrl,
      objectOf: async (signedIn, ticketObjectId) => {
        const app = await findApp(ports, slug);
        if (app === null) throw notFound("App");
        authorizeApp(signedIn, app);
        return app.id === ticketObjectId ? app.id : null;
      },
    });
  }
}
