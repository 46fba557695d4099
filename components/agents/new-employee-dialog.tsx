"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { agentKeys, createAgent } from "@/lib/client/queries/agents";
import { EmployeeFields, readEmployee } from "./employee-fields";

type NewEmployeeDialogProps = {
  orgSlug: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

export function NewEmployeeDialog({ orgSlug, open, onOpenChange }: NewEmployeeDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="New employee"
        description="Everybody in the organisation can work with it."
      >
        <NewEmployeeForm orgSlug={orgSlug} onCancel={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function NewEmployeeForm({ orgSlug, onCancel }: { orgSlug: string; onCancel: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: createAgent,
    onSuccess: (agent) => {
      client.setQueryData(agentKeys.detail(agent.id), agent);
      void client.invalidateQueries({ queryKey: agentKeys.list });
      router.push(`/${orgSlug}/employees/${agent.id}?tab=workspace`);
    },
  });
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {};
  const isAboutField = Object.keys(errors).length > 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(readEmployee(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <EmployeeFields errors={errors} />
      <FormError>{create.error && !isAboutField ? errorText(create.error) : null}</FormError>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={create.isPending || create.isSuccess}>
          {create.isPending && <Spinner />} Make employee
        </Button>
      </DialogFooter>
    </form>
  );
}
