import { ask, type Target } from "./programs";

/** A signed-in owner over plain HTTP: what a browser would send, without one. */
export class Owner {
  private cookies = new Map<string, string>();
  orgSlug = "";

  constructor(
    readonly target: Target,
    readonly origin: URL,
  ) {}

  get headers(): Record<string, string> {
    return {
      host: this.origin.host,
      origin: this.origin.origin,
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    };
  }

  private async send(
    method: string,
    path: string,
    body?: string,
    type = "application/json",
    more: Record<string, string> = {},
  ) {
    const answer = await ask(this.target, path, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...this.headers,
        ...more,
        ...(body === undefined
          ? {}
          : { "content-type": type, "content-length": String(Buffer.byteLength(body)) }),
      },
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [pair = ""] = line.split(";");
      this.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  async setUp(setupLink: string): Promise<void> {
    const token = new URL(setupLink).searchParams.get("token");
    const [email, password] = ["bench@example.test", "a long sentence as password"];
    const owner = { token, orgName: "Bench", name: "Bench", email, password };
    const { text } = await this.send("POST", "/api/setup", JSON.stringify(owner));
    this.orgSlug = (JSON.parse(text) as { orgSlug: string }).orgSlug;
    const csrf = JSON.parse((await this.send("GET", "/api/auth/csrf")).text) as {
      csrfToken: string;
    };
    const form = new URLSearchParams({ email, password, csrfToken: csrf.csrfToken, json: "true" });
    await this.send(
      "POST",
      "/api/auth/callback/credentials",
      form.toString(),
      "application/x-www-form-urlencoded",
    );
  }

  async api<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.send(method, `/api/v1${path}`, text, "application/json", headers);
    return JSON.parse(answer.text) as T;
  }

  async page(path: string): Promise<string> {
    return (await this.send("GET", path)).text;
  }

  async upload(workroomId: string, path: string, text: string): Promise<void> {
    const query = `path=${encodeURIComponent(path)}`;
    await this.send("PUT", `/api/v1/workrooms/${workroomId}/upload?${query}`, text, "text/csv");
  }
}
