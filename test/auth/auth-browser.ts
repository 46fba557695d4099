import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/auth-options";
import { clientAddressHeader } from "@/lib/auth/client-address";
import { parseCookies } from "@/lib/auth/cookies";
import type { Ports } from "@/lib/domain/context";

type Fields = Record<string, string>;

/** A browser's cookie jar in front of next-auth's handler. */
export class AuthBrowser {
  readonly jar = new Map<string, string>();
  readonly setCookies: string[] = [];

  constructor(
    private readonly ports: Ports,
    private readonly address = "127.0.0.1",
  ) {}

  async call(
    method: string,
    action: string,
    { body = {}, query = {} }: { body?: Fields; query?: Fields } = {},
  ): Promise<unknown> {
    let sent: unknown = null;
    const headers = new Map<string, string[]>();
    const response = {
      status: () => response,
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      setHeader(name: string, value: string | string[]) {
        headers.set(name.toLowerCase(), [value].flat());
        return response;
      },
      json: (value: unknown) => void (sent = value),
      send: (value: unknown) => void (sent = value),
      end: () => undefined,
    };
    const request = {
      method,
      body: { ...body, json: "true" },
      query: { nextauth: action.split("/"), ...query },
      cookies: Object.fromEntries(this.jar),
      headers: { [clientAddressHeader]: this.address, "user-agent": "test browser" },
    };
    const head = new Headers({ ...request.headers, ...this.#cookieHeader });
    await NextAuth(request as never, response as never, authOptions(this.ports, head));
    this.keep(headers.get("set-cookie") ?? []);
    return sent;
  }

  /** Takes Set-Cookie lines in, as a browser does. */
  keep(lines: readonly string[]): void {
    for (const line of lines) {
      this.setCookies.push(line);
      const [pair] = parseCookies(line.split(";")[0]);
      if (pair === undefined || pair[1] === "") this.jar.delete(pair?.[0] ?? "");
      else this.jar.set(pair[0], decodeURIComponent(pair[1]));
    }
  }

  /** Posts one of next-auth's forms. @returns where the browser is sent */
  async post(action: string, fields: Fields = {}): Promise<string> {
    const { csrfToken } = (await this.call("GET", "csrf")) as { csrfToken: string };
    const body = { callbackUrl: "/", ...fields, csrfToken };
    return ((await this.call("POST", action, { body })) as { url: string }).url;
  }

  signIn(email: string, password: string): Promise<string> {
    return this.post("callback/credentials", { email, password });
  }

  get headers(): { headers: Headers } {
    return { headers: new Headers(this.#cookieHeader) };
  }

  get #cookieHeader(): Fields {
    return { cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ") };
  }
}
