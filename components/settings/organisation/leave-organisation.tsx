"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorText } from "@/lib/client/api";
import { leaveOrg } from "@/lib/client/queries/orgs";

/** The way out for a member; the last owner is told why it is closed. */
export function LeaveOrganisation({ orgName }: { orgName: string }) {
  const [isOpen, setOpen] = useState(false);
  const leave = useMutation({
    mutationFn: leaveOrg,
    onSuccess: () => window.location.assign("/"),
    onError: () => setOpen(false),
  });
  return (
    <section aria-labelledby="leave" className="flex flex-col items-start gap-3 border-t pt-6">
      <div>
        <h2 id="leave" className="font-semibold">
          Leave this organisation
        </h2>
        <p className="text-sm text-muted-foreground">
          The workrooms you made stay here and go to its first owner.
        </p>
      </div>
      <FormError>{leave.error ? errorText(leave.error) : null}</FormError>
      <Button onClick={() => setOpen(true)}>Leave…</Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`Leave ${orgName}?`}
        confirmLabel="Leave"
        isDanger
        isPending={leave.isPending}
        onConfirm={() => leave.mutate()}
      >
        You can no longer open its workrooms, also those you made: its first owner gets them, your
        private ones too. Delete first what nobody should see. Your API keys of this organisation
        stop working. To come back you need an invitation.
      </ConfirmDialog>
    </section>
  );
}
