"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollTextIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { auditPagesQuery } from "@/lib/client/queries/audit";
import type { AuditFilter } from "@/lib/protocol/audit";
import { AuditRow } from "./audit-row";

/** The mark after the last row: reads the next page when it comes into sight. */
function EndMark({ onSeen }: { onSeen: () => void }) {
  const [mark, setMark] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!mark) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onSeen());
    observer.observe(mark);
    return () => observer.disconnect();
  }, [mark, onSeen]);
  return (
    <output
      ref={setMark}
      className="flex items-center justify-center gap-2 py-4 text-sm text-muted-foreground"
    >
      <Spinner /> Loading older entries…
    </output>
  );
}

type AuditListProps = { orgSlug: string; filter: AuditFilter };

/** The entries that fit, newest first; more come as one scrolls. */
export function AuditList({ orgSlug, filter }: AuditListProps) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    auditPagesQuery(filter),
  );
  if (!data && error)
    return (
      <ErrorState
        title="Can't load the audit log"
        message={errorText(error)}
        onRetry={() => void refetch()}
      />
    );
  if (!data)
    return (
      <div className="flex flex-col gap-px">
        {Array.from({ length: 8 }, (_, index) => (
          <Skeleton
            key={index}
            className="h-11 rounded-none first:rounded-t-lg last:rounded-b-lg"
          />
        ))}
      </div>
    );
  const entries = data.pages.flatMap((page) => page.entries);
  if (entries.length === 0)
    return (
      <EmptyState icon={<ScrollTextIcon />} title="No entries" className="py-12">
        Nothing that fits has happened in this organisation.
      </EmptyState>
    );
  return (
    <div>
      <ul aria-label="Audit log" className="divide-y rounded-lg border bg-card">
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} orgSlug={orgSlug} />
        ))}
      </ul>
      {error && (
        <p role="alert" className="py-4 text-center text-sm">
          {errorText(error)}{" "}
          <button type="button" className="underline" onClick={() => void fetchNextPage()}>
            Try again
          </button>
        </p>
      )}
      {hasNextPage && !error && (
        <EndMark
          key={data.pages.length}
          onSeen={() => !isFetchingNextPage && void fetchNextPage()}
        />
      )}
    </div>
  );
}
