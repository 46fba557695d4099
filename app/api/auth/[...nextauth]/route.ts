import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { authOptions } from "@/lib/auth/auth-options";
import { writeIntent } from "@/lib/auth/intent";
import { signInProviderIds } from "@/lib/protocol/account";
import { getPorts } from "@/lib/server/container";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** The doors of next-auth that the page uses; its own HTML pages and its other doors stay shut. */
const doors: Readonly<Record<"GET" | "POST", ReadonlySet<string>>> = {
  GET: new Set(["session", "csrf", ...signInProviderIds.map((id) => `callback/${id}`)]),
  POST: new Set([
    "callback/credentials",
    "signout",
    ...signInProviderIds.map((id) => `signin/${id}`),
  ]),
};

async function answer(
  method: "GET" | "POST",
  request: NextRequest,
  context: RouteContext,
): Promise<Response> {
  const { nextauth } = await context.params;
  const door = nextauth.join("/");
  // next-auth sends a browser here when a provider's answer was no good; the log-in page has the words.
  if (method === "GET" && (door === "error" || door === "signin"))
    return new Response(null, { status: 302, headers: { location: "/login?error=provider" } });
  if (!doors[method].has(door)) return new Response("Not found\n", { status: 404 });
  const isStart = door.startsWith("signin/");
  const form = isStart ? await request.clone().formData() : null;
  // What a query of the start door says would go to the provider as it is.
  if (isStart) request.nextUrl.search = "";
  const options = authOptions(await getPorts(), request.headers);
  const response: unknown = await NextAuth(request, context, options);
  if (!(response instanceof Response)) throw new Error("next-auth gave no response");
  response.headers.set("cache-control", "no-store");
  if (form) response.headers.append("set-cookie", writeIntent(String(form.get("intent") ?? "")));
  if (door.startsWith("callback/")) response.headers.append("set-cookie", writeIntent(""));
  return response;
}

export const GET = (request: NextRequest, context: RouteContext) => answer("GET", request, context);
export const POST = (request: NextRequest, context: RouteContext) =>
  answer("POST", request, context);
