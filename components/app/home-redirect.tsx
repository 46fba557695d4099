"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { errorText } from "@/lib/client/api";
import { viewerQuery } from "@/lib/client/queries/viewer";

/** The origin itself has no page: it leads to the person's organisation. */
export function HomeRedirect() {
  const router = useRouter();
  const viewer = useQuery(viewerQuery());
  const orgSlug = viewer.data?.org.slug;
  useEffect(() => {
    if (orgSlug) router.replace(`/${orgSlug}`);
  }, [orgSlug, router]);
  if (!viewer.isError) return null;
  return (
    <ErrorState
      title="Can't open Workroom"
      message={errorText(viewer.error)}
      onRetry={() => void viewer.refetch()}
      className="h-dvh"
    />
  );
}
