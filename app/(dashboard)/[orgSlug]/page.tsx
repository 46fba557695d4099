import { StartScreen } from "@/components/org/start-screen";
import { openPage } from "@/lib/server/page-context";

type OrgPageProps = { params: Promise<{ orgSlug: string }> };

export default async function OrgPage({ params }: OrgPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}`);
  return <StartScreen orgSlug={orgSlug} />;
}
