import type { Metadata } from "next";
import { PluginSettings } from "@/components/settings/plugins/plugin-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Plugins" };

type PluginsPageProps = { params: Promise<{ orgSlug: string }> };

export default async function PluginsPage({ params }: PluginsPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/plugins`);
  return <PluginSettings />;
}
