import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LoginForm } from "@/components/auth/login-form";
import { findPageSession } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Log in" };

type LoginPageProps = { searchParams: Promise<{ callbackUrl?: string | string[] }> };

/** Only a path of this origin: anything else could send a person who just signed in to a stranger's page. */
const isOwnPath = (path: unknown): path is string =>
  typeof path === "string" && /^\/(?![/\\])/.test(path);

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { callbackUrl } = await searchParams;
  const afterwards = isOwnPath(callbackUrl) ? callbackUrl : "/";
  if (await findPageSession()) redirect(afterwards);
  return <LoginForm afterwards={afterwards} />;
}
