import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { authOptions } from "@/lib/auth/auth-options";
import { getPorts } from "@/lib/server/container";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** The doors of next-auth that the page uses; its own HTML pages and its other providers' doors stay shut. */
const doors: Readonly<Record<"GET" | "POST", ReadonlySet<string>>> = {
  GET: new Set(["session", "csrf", "providers"]),
  POST: new Set(["callback/credentials", "signout"]),
};

async function answer(
  method: "GET" | "POST",
  request: NextRequest,
  context: RouteContext,
): Promise<Response> {
  const { nextauth } = await context.params;
  if (!doors[method].has(nextauth.join("/"))) return new Response("Not found\n", { status: 404 });
  const response: unknown = await NextAuth(request, context, authOptions(await getPorts()));
  if (!(response instanceof Response)) throw new Error("next-auth gave no response");
  response.headers.set("cache-control", "no-store");
  return response;
}

export const GET = (request: NextRequest, context: RouteContext) => answer("GET", request, context);
export const POST = (request: NextRequest, context: RouteContext) =>
  answer("POST", request, context);
