"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { DialogForm } from "@/components/settings/account/dialog-form";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ApiError } from "@/lib/client/api";
import { agentKeys, deleteAgent } from "@/lib/client/queries/agents";
import type { AgentView } from "@/lib/protocol/workspace-views";

type DeleteEmployeeProps = { orgSlug: string; agent: AgentView };

/** The end of an employee with its files; its name has to be typed. */
export function DeleteEmployee({ orgSlug, agent }: DeleteEmployeeProps) {
  const router = useRouter();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const remove = async (fields: FormData) => {
    if (fields.get("confirm") !== agent.name)
      throw new ApiError("invalid_input", 400, `Type ${agent.name} to delete it.`);
    await deleteAgent(agent.id);
    router.push(`/${orgSlug}/employees`);
    await client.invalidateQueries({ queryKey: agentKeys.list });
  };
  return (
    <section aria-labelledby="delete" className="flex flex-col items-start gap-3 border-t pt-6">
      <div>
        <h2 id="delete" className="font-semibold">
          Delete this employee
        </h2>
        <p className="text-sm text-muted-foreground">
          Its files, their history and its computer go with it. This can’t be undone.
        </p>
      </div>
      <Button className="text-danger" onClick={() => setOpen(true)}>
        Delete…
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen}>
        <DialogContent
          title={`Delete ${agent.name}?`}
          description="All files in its workspace are gone for good."
        >
          <DialogForm
            submitLabel="Delete it all"
            isDanger
            onSubmit={remove}
            onCancel={() => setOpen(false)}
          >
            <Field label={`Type ${agent.name} to go on`}>
              {(control) => <Input {...control} name="confirm" autoComplete="off" />}
            </Field>
          </DialogForm>
        </DialogContent>
      </Dialog>
    </section>
  );
}
