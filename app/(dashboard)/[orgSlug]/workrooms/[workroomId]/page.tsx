import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { notFound, redirect } from "next/navigation";
import { RoomScreen } from "@/components/workroom/room-screen";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import { getWorkroom } from "@/lib/domain/workroom/get-workroom";
import { openPage, readVerb } from "@/lib/server/page-context";

type RoomPageProps = { params: Promise<{ orgSlug: string; workroomId: string }> };

export default async function RoomPage({ params }: RoomPageProps) {
  const { orgSlug, workroomId } = await params;
  const ctx = await openPage(orgSlug, `/${orgSlug}/workrooms/${workroomId}`);
  const client = new QueryClient();
  // A room that can't be read is asked for once more by the page, which says what is the matter with it.
  const workroom = await readVerb(getWorkroom, ctx, { workroomId }).catch(() => null);
  // The computer of an employee has its page there, and a session none.
  if (workroom?.kind === "computer") redirect(`/${orgSlug}/employees`);
  if (workroom?.kind === "session") notFound();
  if (workroom) client.setQueryData(workroomKeys.detail(workroomId), workroom);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <RoomScreen orgSlug={orgSlug} workroomId={workroomId} />
    </HydrationBoundary>
  );
}
