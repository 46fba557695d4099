import { StartScreen } from "@/components/org/start-screen";

type OrgPageProps = { params: Promise<{ orgSlug: string }> };

export default async function OrgPage({ params }: OrgPageProps) {
  const { orgSlug } = await params;
  return <StartScreen orgSlug={orgSlug} />;
}
