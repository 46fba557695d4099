"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CheckIcon } from "lucide-react";
import type { FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { agentKeys, changeAgent } from "@/lib/client/queries/agents";
import type { AgentView } from "@/lib/protocol/workspace-views";
import { DeleteEmployee } from "./delete-employee";
import { EmployeeFields, readEmployee } from "./employee-fields";

type AboutTabProps = { orgSlug: string; agent: AgentView };

export function AboutTab({ orgSlug, agent }: AboutTabProps) {
  const canManage = agent.access === "own";
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-8 px-4 py-6">
      <p className="text-sm text-muted-foreground">
        Made by {agent.createdBy.name}, <RelativeTime at={agent.createdAt} />.
        {!canManage && " Only its maker and admins change it."}
      </p>
      <EmployeeForm agent={agent} canManage={canManage} />
      {canManage && <DeleteEmployee orgSlug={orgSlug} agent={agent} />}
    </div>
  );
}

function EmployeeForm({ agent, canManage }: { agent: AgentView; canManage: boolean }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (form: HTMLFormElement) => changeAgent(agent.id, readEmployee(form)),
    onSuccess: (changed) => {
      client.setQueryData(agentKeys.detail(agent.id), changed);
      void client.invalidateQueries({ queryKey: agentKeys.list });
    },
  });
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {};
  const isAboutField = Object.keys(errors).length > 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(event.currentTarget);
  };
  return (
    <form onSubmit={submit} onChange={() => save.reset()}>
      <fieldset disabled={!canManage} className="flex flex-col gap-4">
        <legend className="sr-only">Employee</legend>
        <EmployeeFields agent={agent} errors={errors} />
        <FormError>{save.error && !isAboutField ? errorText(save.error) : null}</FormError>
        {canManage && (
          <div className="flex items-center gap-3">
            <Button type="submit" variant="primary" disabled={save.isPending}>
              {save.isPending && <Spinner />} Save
            </Button>
            <output className="flex items-center gap-1.5 text-sm text-muted-foreground">
              {save.isSuccess && (
                <>
                  <CheckIcon aria-hidden className="size-4" /> Saved
                </>
              )}
            </output>
          </div>
        )}
      </fieldset>
    </form>
  );
}
