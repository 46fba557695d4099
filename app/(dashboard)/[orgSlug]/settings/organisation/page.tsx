import type { Metadata } from "next";
import { OrganisationSettings } from "@/components/settings/organisation/organisation-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Organisation" };

type OrganisationPageProps = { params: Promise<{ orgSlug: string }> };

export default async function OrganisationPage({ params }: OrganisationPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/organisation`);
  return <OrganisationSettings />;
}
