"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeftIcon } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { MenuButton } from "@/components/app/menu-button";
import { StateDot } from "@/components/org/state-dot";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { ApiError, errorText } from "@/lib/client/api";
import { agentQuery } from "@/lib/client/queries/agents";
import { readRoomState } from "@/lib/client/room-state";
import type { AgentView } from "@/lib/protocol/workspace-views";
import { AboutTab } from "./about-tab";
import { ComputerTab } from "./computer-tab";
import { WorkspaceTab } from "./workspace-tab";

type EmployeeScreenProps = { orgSlug: string; agentId: string };
const tabs = ["about", "workspace", "computer"] as const;
type TabName = (typeof tabs)[number];

/** One AI employee: who it is, its files, its computer. */
export function EmployeeScreen({ orgSlug, agentId }: EmployeeScreenProps) {
  const agent = useQuery(agentQuery(agentId));
  if (agent.data) return <Employee key={agentId} orgSlug={orgSlug} agent={agent.data} />;
  if (!agent.isError)
    return (
      <div aria-busy="true" className="flex flex-col gap-4 p-4 md:p-6">
        <p className="sr-only">Loading…</p>
        <Skeleton className="h-9 w-48" />
        <Skeleton className="h-40" />
      </div>
    );
  const isGone = agent.error instanceof ApiError && agent.error.code === "not_found";
  return (
    <ErrorState
      title={isGone ? "There is no such employee" : "Can’t open this employee"}
      message={isGone ? "It was deleted, or the link is wrong." : errorText(agent.error)}
      isWholePage
      className="h-full"
      {...(isGone ? {} : { onRetry: () => void agent.refetch() })}
    />
  );
}

/** The tab stands in the address, so that it is there again after a reload. */
function useTab(): [TabName, (tab: string) => void] {
  const asked = useSearchParams().get("tab");
  const [tab, setTab] = useState<TabName>(tabs.find((name) => name === asked) ?? "about");
  const choose = (name: string) => {
    const next = tabs.find((one) => one === name) ?? "about";
    setTab(next);
    window.history.replaceState(null, "", next === "about" ? "?" : `?tab=${next}`);
  };
  return [tab, choose];
}

function Employee({ orgSlug, agent }: { orgSlug: string; agent: AgentView }) {
  const [tab, chooseTab] = useTab();
  return (
    <Tabs value={tab} onValueChange={chooseTab} className="flex min-h-0 flex-1 flex-col">
      <header className="flex shrink-0 flex-col gap-2 border-b px-3 py-2 md:flex-row md:items-center md:px-4">
        <div className="flex min-w-0 flex-1 items-center gap-2">
          <MenuButton />
          <Button asChild variant="ghost" size="icon">
            <Link href={`/${orgSlug}/employees`} aria-label="All employees">
              <ArrowLeftIcon aria-hidden />
            </Link>
          </Button>
          <h1 className="truncate font-semibold">{agent.name}</h1>
          {agent.computer && (
            <span className="flex items-center gap-1.5 text-[0.8125rem] whitespace-nowrap text-muted-foreground">
              <StateDot workroom={agent.computer} />
              <span aria-hidden>{readRoomState(agent.computer).label}</span>
            </span>
          )}
        </div>
        <TabsList aria-label={`About ${agent.name}`}>
          <TabsTrigger value="about">About</TabsTrigger>
          <TabsTrigger value="workspace">Workspace</TabsTrigger>
          <TabsTrigger value="computer">Computer</TabsTrigger>
        </TabsList>
      </header>
      <TabsContent value="about" className="overflow-y-auto">
        <AboutTab orgSlug={orgSlug} agent={agent} />
      </TabsContent>
      <TabsContent value="workspace" className="overflow-y-auto">
        <WorkspaceTab agent={agent} />
      </TabsContent>
      <TabsContent value="computer">
        <ComputerTab agent={agent} onOpenWorkspace={() => chooseTab("workspace")} />
      </TabsContent>
    </Tabs>
  );
}
