"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { apiKeysQuery } from "@/lib/client/queries/api-keys";
import { ApiKeyRow } from "./api-key-row";

type ApiKeyListProps = {
  view: "mine" | "all";
  label: string;
  whenEmpty: string;
  /** Whose keys are shown in another list already. */
  withoutUserId?: string;
};

export function ApiKeyList({ view, label, whenEmpty, withoutUserId }: ApiKeyListProps) {
  const list = useInfiniteQuery(apiKeysQuery(view));
  if (list.isError && !list.data)
    return (
      <ErrorState
        title="Can't load the keys"
        message={errorText(list.error)}
        onRetry={() => void list.refetch()}
      />
    );
  if (!list.data) return <Skeleton className="h-20 rounded-lg" />;
  const keys = list.data.pages
    .flatMap((page) => page.keys)
    .filter(({ person }) => person.id !== withoutUserId);
  return (
    <>
      {keys.length === 0 && !list.hasNextPage ? (
        <p className="rounded-lg border border-dashed px-4 py-6 text-center text-muted-foreground">
          {whenEmpty}
        </p>
      ) : (
        <ul aria-label={label} className="divide-y rounded-lg border bg-card">
          {keys.map((apiKey) => (
            <ApiKeyRow key={apiKey.id} apiKey={apiKey} showsPerson={view === "all"} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
