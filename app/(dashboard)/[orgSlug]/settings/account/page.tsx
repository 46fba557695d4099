import type { Metadata } from "next";
import { AccountSettings } from "@/components/settings/account/account-settings";
import { refusalWords } from "@/lib/protocol/sign-in-refusals";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Account" };

type AccountPageProps = {
  params: Promise<{ orgSlug: string }>;
  searchParams: Promise<{ error?: string | string[] }>;
};

export default async function AccountPage({ params, searchParams }: AccountPageProps) {
  const [{ orgSlug }, { error }] = await Promise.all([params, searchParams]);
  await openPage(orgSlug, `/${orgSlug}/settings/account`);
  return <AccountSettings refusal={refusalWords(error)} />;
}
