"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { BotIcon, PlusIcon } from "lucide-react";
import { useState } from "react";
import { MenuButton } from "@/components/app/menu-button";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { agentsQuery } from "@/lib/client/queries/agents";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { EmployeeRow } from "./employee-row";
import { NewEmployeeDialog } from "./new-employee-dialog";

/** Every AI employee of the organisation. */
export function EmployeesScreen({ orgSlug }: { orgSlug: string }) {
  const { data: viewer } = useQuery(viewerQuery());
  const [isMaking, setIsMaking] = useState(false);
  const canMake = viewer !== undefined && viewer.role !== "viewer";
  const openDialog = canMake ? () => setIsMaking(true) : undefined;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <header className="flex h-12 shrink-0 items-center px-3 md:hidden">
        <MenuButton />
      </header>
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-6 px-4 py-4 md:py-10">
        <div className="flex items-start justify-between gap-3">
          <div className="flex flex-col gap-1">
            <h1 className="text-xl font-semibold tracking-tight">Employees</h1>
            <p className="text-muted-foreground">
              AI employees keep files and a computer of their own, whoever works with them.
            </p>
          </div>
          {openDialog && (
            <Button variant="primary" onClick={openDialog}>
              <PlusIcon aria-hidden /> New employee
            </Button>
          )}
        </div>
        <EmployeeList orgSlug={orgSlug} onNew={openDialog} />
      </div>
      <NewEmployeeDialog orgSlug={orgSlug} open={isMaking} onOpenChange={setIsMaking} />
    </div>
  );
}

type EmployeeListProps = { orgSlug: string; onNew: (() => void) | undefined };

function EmployeeList({ orgSlug, onNew }: EmployeeListProps) {
  const list = useInfiniteQuery(agentsQuery());
  if (list.isError && !list.data)
    return (
      <ErrorState
        title="Can’t load the employees"
        message={errorText(list.error)}
        onRetry={() => void list.refetch()}
      />
    );
  if (!list.data)
    return (
      <div aria-busy="true" className="flex flex-col gap-px">
        <p className="sr-only">Loading…</p>
        {[0, 1, 2].map((row) => (
          <Skeleton key={row} className="h-16 rounded-lg" />
        ))}
      </div>
    );
  const agents = list.data.pages.flatMap((page) => page.agents);
  if (agents.length === 0)
    return (
      <EmptyState
        icon={<BotIcon aria-hidden />}
        title="No employees yet"
        action={onNew && <Button onClick={onNew}>Make the first one</Button>}
      >
        An employee remembers: what one conversation puts into its files, the next one finds there.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label="Employees" className="divide-y rounded-lg border bg-card">
        {agents.map((agent) => (
          <EmployeeRow key={agent.id} orgSlug={orgSlug} agent={agent} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div>
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage && <Spinner />} Show more
          </Button>
        </div>
      )}
    </div>
  );
}
