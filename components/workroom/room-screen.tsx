"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { MenuButton } from "@/components/app/menu-button";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorText } from "@/lib/client/api";
import { workroomQuery } from "@/lib/client/queries/workrooms";

// The room is far more code than the list of rooms: it is fetched when one is opened.
const Room = dynamic(async () => (await import("./room")).Room, {
  ssr: false,
  loading: RoomSkeleton,
});

function RoomSkeleton() {
  return (
    <div className="flex min-h-0 flex-1 flex-col" aria-busy="true">
      <div className="flex h-12 items-center gap-3 border-b px-3">
        <MenuButton />
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-6 w-56 rounded-full" />
      </div>
      <p className="sr-only">Opening the workroom…</p>
    </div>
  );
}

function NoRoom({ orgSlug }: { orgSlug: string }) {
  return (
    <EmptyState
      title="This workroom doesn't exist"
      isWholePage
      action={
        <Button asChild>
          <Link href={`/${orgSlug}`}>All workrooms</Link>
        </Button>
      }
    >
      It was deleted, or it isn&rsquo;t shared with you any more.
    </EmptyState>
  );
}

/** One workroom: loads it, then shows it. */
export function RoomScreen({ orgSlug, workroomId }: { orgSlug: string; workroomId: string }) {
  const room = useQuery(workroomQuery(workroomId));
  if (room.data) return <Room key={workroomId} workroom={room.data} orgSlug={orgSlug} />;
  if (room.error instanceof ApiError && room.error.code === "not_found")
    return <NoRoom orgSlug={orgSlug} />;
  if (room.isError)
    return (
      <ErrorState
        title="Can't open this workroom"
        isWholePage
        message={errorText(room.error)}
        onRetry={() => void room.refetch()}
        className="h-full"
      />
    );
  return <RoomSkeleton />;
}
