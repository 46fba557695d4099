import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { sessionCookie } from "@/lib/auth/cookies";
import { writeSessionToken } from "@/lib/auth/session-token";
import type { Ports } from "@/lib/domain/context";
import { createSession } from "@/lib/domain/identity/create-session";
import { dispatchVerb } from "@/lib/server/verbs/dispatch-verb";
import { verbs } from "@/lib/server/verbs/registry";
import { addPerson, openInstallation } from "./installation";

process.env["NEXTAUTH_SECRET"] ??= "a secret of the tests, 32 characters";

export type Asked = {
  body?: unknown;
  headers?: Record<string, string>;
  /** The text of an API key; without it the person of `openRest` asks from a browser. */
  key?: string;
  ports?: Ports;
};
export type RestAnswer = {
  status: number;
  type: string | null;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
};

/** An installation with one person, and a way to ask its REST door as the gateway would hand a request to it. */
export async function openRest() {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-rest-"));
  const provisioner = createFakeProvisioner({ dataDir });
  const installation = await openInstallation({ dataDir, provisioner });
  const person = await addPerson(installation.ports);
  const { userId } = person.actor;
  const sessionId = await createSession(installation.ports, { userId, userAgent: "" });
  const cookie = `${sessionCookie}=${await writeSessionToken({ sid: sessionId, uid: userId }, 3_600)}`;
  const origin = installation.ports.settings.appUrl.origin;

  async function ask(method: string, path: string, asked: Asked = {}): Promise<RestAnswer> {
    const { body, headers = {}, key, ports = installation.ports } = asked;
    const url = new URL(`/api/v1${path}`, origin);
    const who = key === undefined ? { cookie, origin } : { authorization: `Bearer ${key}` };
    const isReady = typeof body === "string" || body instanceof Uint8Array;
    const request = new Request(url, {
      method,
      headers: { "content-type": "application/json", ...who, ...headers } as HeadersInit,
      ...(body === undefined ? {} : { body: isReady ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const parts = url.pathname.replace("/api/v1/", "").split("/");
    const response = await dispatchVerb(verbs, ports, request, parts);
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      headers: response.headers,
      text,
      body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }
  return { ...installation, installation, person, sessionId, cookie, ask };
}
export type Rest = Awaited<ReturnType<typeof openRest>>;
