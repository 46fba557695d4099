import type { Metadata } from "next";
import { ModelSettings } from "@/components/settings/model-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Models" };

type ModelsPageProps = { params: Promise<{ orgSlug: string }> };

export default async function ModelsPage({ params }: ModelsPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/models`);
  return <ModelSettings />;
}
