import type { Metadata } from "next";
import { MemberSettings } from "@/components/settings/members/member-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Members" };

type MembersPageProps = { params: Promise<{ orgSlug: string }> };

export default async function MembersPage({ params }: MembersPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/members`);
  return <MemberSettings />;
}
