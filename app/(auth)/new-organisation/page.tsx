import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NewOrganisation } from "@/components/auth/new-organisation";
import { findPageSession } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "New organisation" };

export default async function NewOrganisationPage() {
  const session = await findPageSession();
  if (!session) redirect("/login?callbackUrl=/new-organisation");
  return <NewOrganisation email={session.user.email} isFirst={session.orgs.length === 0} />;
}
