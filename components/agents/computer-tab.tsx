"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlertIcon, MonitorIcon, MoonIcon } from "lucide-react";
import { useState } from "react";
import { RunPanel } from "@/components/run/run-panel";
import { TerminalShell } from "@/components/terminal/terminal-shell";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { agentKeys } from "@/lib/client/queries/agents";
import { sleepWorkspace, wakeWorkspace, workspaceKeys } from "@/lib/client/queries/workspaces";
import { readRoomState } from "@/lib/client/room-state";
import { showToast } from "@/lib/client/toast";
import type { AgentView } from "@/lib/protocol/workspace-views";

type Computer = NonNullable<AgentView["computer"]>;
type ComputerTabProps = { agent: AgentView; onOpenWorkspace: () => void };

/** The employee's own Linux machine: it sleeps when nobody uses it, and wakes where it was. */
export function ComputerTab({ agent, onOpenWorkspace }: ComputerTabProps) {
  const { computer } = agent;
  if (!computer)
    return (
      <EmptyState
        icon={<MonitorIcon aria-hidden />}
        title="No computer yet"
        action={<Button onClick={onOpenWorkspace}>Open Workspace</Button>}
      >
        It comes with the workspace: turn that on first.
      </EmptyState>
    );
  if (computer.state !== "active" || computer.desiredState !== "active")
    return <ComputerNotice agent={agent} computer={computer} />;
  if (agent.access === "view")
    return (
      <EmptyState icon={<MonitorIcon aria-hidden />} title="The computer is awake">
        You can look at its files. The terminal is for people who may change them.
      </EmptyState>
    );
  return <AwakeComputer agent={agent} computer={computer} />;
}

/** The terminal, or a place to run Python and JavaScript; the terminal goes on while the other is shown. */
function AwakeComputer({ agent, computer }: { agent: AgentView; computer: Computer }) {
  const [isCode, setIsCode] = useState(false);
  return (
    <div className="flex h-full flex-col">
      <div className="flex shrink-0 items-center justify-between gap-3 border-b px-4 py-2">
        <p className="text-sm text-muted-foreground @max-md/main:sr-only">
          Files of the workspace lie in <code className="font-mono">/workspace</code>.
        </p>
        <span className="flex gap-1.5">
          <Button size="sm" variant="ghost" onClick={() => setIsCode(!isCode)}>
            {isCode ? "Terminal" : "Run code"}
          </Button>
          <SwitchButton agentId={agent.id} isAwake />
        </span>
      </div>
      <div className={cn("min-h-0 flex-1", isCode && "hidden")}>
        <TerminalShell key={computer.roomId} workroomId={computer.roomId} isVisible={!isCode} />
      </div>
      {isCode && (
        <div className="min-h-0 flex-1">
          <RunPanel workspaceId={agent.id} roomId={computer.roomId} canRun />
        </div>
      )}
    </div>
  );
}

function ComputerNotice({ agent, computer }: { agent: AgentView; computer: Computer }) {
  const { tone, label } = readRoomState(computer);
  const wake = agent.access !== "view" && <SwitchButton agentId={agent.id} isAwake={false} />;
  if (tone === "bad")
    return (
      <EmptyState
        icon={<CircleAlertIcon aria-hidden className="text-danger" />}
        title="The computer did not start"
        action={wake}
      >
        {computer.failure ?? "Starting it again often helps."} The files are safe.
      </EmptyState>
    );
  if (tone === "asleep")
    return (
      <EmptyState icon={<MoonIcon aria-hidden />} title="The computer is asleep" action={wake}>
        Its files can be read and changed all the same. Waking takes a few seconds.
      </EmptyState>
    );
  const isFallingAsleep = computer.desiredState !== "active";
  return (
    <EmptyState
      icon={<Spinner className="size-6" />}
      title={isFallingAsleep ? "The computer falls asleep" : "The computer wakes"}
    >
      <span aria-live="polite">{label}</span>
    </EmptyState>
  );
}

function SwitchButton({ agentId, isAwake }: { agentId: string; isAwake: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => (isAwake ? sleepWorkspace(agentId) : wakeWorkspace(agentId)),
    onSuccess: (workspace) => {
      client.setQueryData(workspaceKeys.detail(agentId), workspace);
      return client.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  return (
    <Button
      variant={isAwake ? "secondary" : "primary"}
      size={isAwake ? "sm" : "md"}
      disabled={change.isPending}
      onClick={() => change.mutate()}
    >
      {change.isPending && <Spinner />} {isAwake ? "Put to sleep" : "Wake computer"}
    </Button>
  );
}
