"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FilesPanel } from "@/components/files/files-panel";
import { StorageChoice } from "@/components/settings/storage/storage-choice";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { agentKeys, switchWorkspace } from "@/lib/client/queries/agents";
import { workspaceKeys, workspaceQuery } from "@/lib/client/queries/workspaces";
import { showToast } from "@/lib/client/toast";
import type { AgentView, WorkspaceView } from "@/lib/protocol/workspace-views";
import { QuotaForm } from "./quota-form";
import { WorkspaceFacts } from "./workspace-facts";

/** What the employee keeps: on or off, where it lies, its limits, its files. */
export function WorkspaceTab({ agent }: { agent: AgentView }) {
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-8 px-4 py-6">
      <Toggle agent={agent} />
      {agent.computer && <OpenWorkspace agent={agent} />}
    </div>
  );
}

function Toggle({ agent }: { agent: AgentView }) {
  const client = useQueryClient();
  const isOn = agent.computer !== null;
  const [isAsking, setIsAsking] = useState(false);
  const change = useMutation({
    mutationFn: (on: boolean) => switchWorkspace(agent.id, on),
    onSuccess: (changed) => {
      setIsAsking(false);
      client.setQueryData(agentKeys.detail(agent.id), changed);
      void client.invalidateQueries({ queryKey: agentKeys.list });
      client.removeQueries({ queryKey: workspaceKeys.detail(agent.id) });
    },
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  return (
    <section className="flex items-start justify-between gap-4 rounded-lg border bg-card p-4">
      <div className="flex flex-col gap-1">
        <h2 className="font-semibold">Workspace</h2>
        <p className="text-sm text-muted-foreground">
          {isOn
            ? "Files that stay: across conversations, people and restarts. No other employee reaches them."
            : "Turned on, the employee has a place for files that stay, and a computer. No account is needed."}
        </p>
      </div>
      <Switch
        isOn={isOn}
        isPending={change.isPending}
        isDisabled={agent.access !== "own"}
        onChange={() => (isOn ? setIsAsking(true) : change.mutate(true))}
      />
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title="Turn the workspace off?"
        confirmLabel="Turn off"
        isPending={change.isPending}
        onConfirm={() => change.mutate(false)}
      >
        The computer ends and nobody reaches the files, the employee neither. They are kept, and are
        there again when you turn it on. They go when the employee is deleted.
      </ConfirmDialog>
    </section>
  );
}

type SwitchProps = {
  isOn: boolean;
  isPending: boolean;
  isDisabled: boolean;
  onChange: () => void;
};

function Switch({ isOn, isPending, isDisabled, onChange }: SwitchProps) {
  return (
    <Button
      role="switch"
      aria-checked={isOn}
      aria-label="Workspace"
      variant={isOn ? "secondary" : "primary"}
      disabled={isDisabled || isPending}
      onClick={onChange}
    >
      {isPending && <Spinner />} {isOn ? "Turn off" : "Turn on"}
    </Button>
  );
}

function OpenWorkspace({ agent }: { agent: AgentView }) {
  const workspace = useQuery(workspaceQuery(agent.id));
  if (workspace.data) return <Parts agent={agent} workspace={workspace.data} />;
  if (workspace.isError)
    return (
      <ErrorState
        title="Can’t open the workspace"
        message={errorText(workspace.error)}
        onRetry={() => void workspace.refetch()}
      />
    );
  return <Skeleton className="h-48 rounded-lg" />;
}

function Parts({ agent, workspace }: { agent: AgentView; workspace: WorkspaceView }) {
  return (
    <>
      <WorkspaceFacts workspace={workspace} />
      <div className="flex flex-col gap-2">
        <h2 className="font-semibold">Files</h2>
        <div className="h-[32rem] max-h-[80dvh] overflow-hidden rounded-lg border">
          <FilesPanel
            workspaceId={agent.id}
            canEdit={workspace.access !== "view"}
            isBusy={workspace.state === "active"}
            askEmployee={null}
            openPreview={null}
          />
        </div>
      </div>
      <QuotaForm key={JSON.stringify(workspace.quota)} workspace={workspace} />
      <section aria-labelledby="storage" className="flex flex-col gap-3">
        <h2 id="storage" className="font-semibold">
          Where it is kept
        </h2>
        <StorageChoice workspaceId={agent.id} />
      </section>
    </>
  );
}
