"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { profileQuery } from "@/lib/client/queries/files";
import { isTablePath } from "@/lib/client/table-path";
import type { Upload } from "@/lib/client/uploads/upload-batch";

const ProfileCard = dynamic(
  async () => (await import("@/components/chat/profile-card")).ProfileCard,
  {
    loading: () => <Skeleton className="h-64 rounded-lg" />,
  },
);

type TableProps = { workroomId: string; onPick: (suggestion: string) => void };

function UploadedTable({ workroomId, path, onPick }: TableProps & { path: string }) {
  const profile = useQuery(profileQuery(workroomId, path));
  if (profile.data) return <ProfileCard profile={profile.data} onPick={onPick} />;
  if (profile.isError)
    return (
      <p role="alert" className="rounded-lg border px-3 py-2.5 text-sm text-muted-foreground">
        {errorText(profile.error)} The file itself is in the workroom.
      </p>
    );
  return <Skeleton className="h-64 rounded-lg" />;
}

/** What the table files hold that a person has just added. */
export function UploadedTables(props: TableProps & { uploads: readonly Upload[] }) {
  const { uploads, ...rest } = props;
  const paths = uploads.flatMap(({ state, path }) =>
    state === "done" && isTablePath(path) ? path : [],
  );
  return paths.map((path) => <UploadedTable key={path} path={path} {...rest} />);
}
