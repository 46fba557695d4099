import type { Metadata } from "next";
import { AuditSettings } from "@/components/settings/audit/audit-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Audit log" };

type AuditPageProps = { params: Promise<{ orgSlug: string }> };

export default async function AuditPage({ params }: AuditPageProps) {
  const { orgSlug } = await params;
  const ctx = await openPage(orgSlug, `/${orgSlug}/settings/audit`);
  return <AuditSettings orgSlug={orgSlug} orgId={ctx.orgId} />;
}
