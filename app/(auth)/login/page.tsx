import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LoginForm } from "@/components/auth/login-form";
import { isOwnPath } from "@/lib/auth/own-path";
import { refusalWords } from "@/lib/protocol/sign-in-refusals";
import { getPorts } from "@/lib/server/container";
import { findPageSession } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Log in" };

type LoginPageProps = {
  searchParams: Promise<Partial<Record<"callbackUrl" | "error", string | string[]>>>;
};

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { callbackUrl, error } = await searchParams;
  // Anything else could send a person who just signed in to a stranger's page.
  const afterwards = isOwnPath(callbackUrl) ? callbackUrl : "/";
  const refusal = refusalWords(error);
  const session = await findPageSession();
  const [org] = session?.orgs ?? [];
  // Who is signed in and comes back from a provider wanted to connect it.
  if (org && refusal !== null) redirect(`/${org.slug}/settings/account?error=${String(error)}`);
  if (session) redirect(afterwards);
  const { signInProviders } = (await getPorts()).settings;
  return <LoginForm afterwards={afterwards} providers={signInProviders} refusal={refusal} />;
}
