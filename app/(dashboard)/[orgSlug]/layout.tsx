import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AppProviders } from "@/components/app/app-providers";
import { DashboardShell } from "@/components/app/dashboard-shell";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import { getViewer } from "@/lib/domain/org/get-viewer";
import { listWorkrooms } from "@/lib/domain/workroom/list-workrooms";
import { findPage, readVerb } from "@/lib/server/page-context";

type OrgLayoutProps = { children: ReactNode; params: Promise<{ orgSlug: string }> };

/** A longer list is fetched by the page itself, which then shows up without waiting for it. */
const MOST_ROOMS_IN_HTML = 200;

/** The first paint already knows who looks and which workrooms there are. */
export default async function OrgLayout({ children, params }: OrgLayoutProps) {
  const { orgSlug } = await params;
  const ctx = await findPage(orgSlug);
  // The page knows its own address, so it is the one that leads to the log-in page and back.
  if (!ctx) return children;
  const [viewer, { workrooms }] = await Promise.all([
    readVerb(getViewer, ctx, {}),
    readVerb(listWorkrooms, ctx, { view: "mine" }),
  ]);
  const client = new QueryClient();
  client.setQueryData(viewerQuery().queryKey, viewer);
  if (workrooms.length <= MOST_ROOMS_IN_HTML)
    client.setQueryData(workroomKeys.list("mine"), workrooms);
  return (
    <AppProviders>
      <HydrationBoundary state={dehydrate(client)}>
        <div data-org-id={viewer.org.id} className="contents">
          <DashboardShell>{children}</DashboardShell>
        </div>
      </HydrationBoundary>
    </AppProviders>
  );
}
