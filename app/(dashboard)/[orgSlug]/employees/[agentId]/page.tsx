import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { EmployeeScreen } from "@/components/agents/employee-screen";
import { agentKeys } from "@/lib/client/queries/agents";
import { getAgent } from "@/lib/domain/agent/get-agent";
import { openPage, readVerb } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Employee" };

type EmployeePageProps = { params: Promise<{ orgSlug: string; agentId: string }> };

export default async function EmployeePage({ params }: EmployeePageProps) {
  const { orgSlug, agentId } = await params;
  const ctx = await openPage(orgSlug, `/${orgSlug}/employees/${agentId}`);
  const client = new QueryClient();
  // One that can't be read is asked for once more by the page, which says what is the matter with it.
  const agent = await readVerb(getAgent, ctx, { agentId }).catch(() => null);
  if (agent) client.setQueryData(agentKeys.detail(agentId), agent);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <EmployeeScreen orgSlug={orgSlug} agentId={agentId} />
    </HydrationBoundary>
  );
}
