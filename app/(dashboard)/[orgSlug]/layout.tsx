import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AppProviders } from "@/components/app/app-providers";
import { DashboardShell } from "@/components/app/dashboard-shell";
import { usualViews } from "@/lib/client/usual-views";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { frontRoomsQuery, roomPagesQuery } from "@/lib/client/queries/workrooms";
import { getViewer } from "@/lib/domain/org/get-viewer";
import { listWorkrooms } from "@/lib/domain/workroom/list-workrooms";
import { findPage, readVerb } from "@/lib/server/page-context";

type OrgLayoutProps = { children: ReactNode; params: Promise<{ orgSlug: string }> };

/** The first paint already knows who looks and which workrooms there are. */
export default async function OrgLayout({ children, params }: OrgLayoutProps) {
  const { orgSlug } = await params;
  const ctx = await findPage(orgSlug);
  // The page knows its own address, so it is the one that leads to the log-in page and back.
  if (!ctx) return children;
  const viewer = await readVerb(getViewer, ctx, {});
  const views = usualViews(viewer.isTeam);
  const [page, front] = await Promise.all([
    readVerb(listWorkrooms, ctx, { views: views.join(",") }),
    readVerb(listWorkrooms, ctx, { views: views.join(","), group: "front" }),
  ]);
  const client = new QueryClient();
  client.setQueryData(viewerQuery().queryKey, viewer);
  client.setQueryData(roomPagesQuery(views).queryKey, { pages: [page], pageParams: [null] });
  client.setQueryData(frontRoomsQuery(views).queryKey, front.workrooms);
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
