"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { previewAddressQuery } from "../../preview/preview-address-query";
import { fileSource, startPath } from "../../preview/preview-source";
import { useFiles } from "../files-context";

/** Sound and film play on the preview's origin, in parts: a long film starts at once. */
export default function MediaView({ path }: { path: string }) {
  const { workspaceId } = useFiles();
  const source = fileSource(path);
  const address = useQuery(previewAddressQuery(workspaceId, source, startPath(source), 0));
  if (address.isPending) return <Skeleton className="m-4 h-48" />;
  if (address.isError) {
    return (
      <ErrorState
        title="Can’t play this file"
        message={errorText(address.error)}
        onRetry={() => void address.refetch()}
        className="h-full"
      />
    );
  }
  return (
    <iframe
      src={address.data}
      title={path}
      sandbox="allow-scripts allow-same-origin"
      allow="fullscreen"
      referrerPolicy="no-referrer"
      className="size-full bg-black"
    />
  );
}
