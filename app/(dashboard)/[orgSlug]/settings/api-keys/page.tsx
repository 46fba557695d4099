import type { Metadata } from "next";
import { ApiKeySettings } from "@/components/settings/api-keys/api-key-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "API keys" };

type ApiKeysPageProps = { params: Promise<{ orgSlug: string }> };

export default async function ApiKeysPage({ params }: ApiKeysPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/api-keys`);
  return <ApiKeySettings />;
}
