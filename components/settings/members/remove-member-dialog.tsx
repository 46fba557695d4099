"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "@/components/auth/form-error";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { fieldClasses } from "@/components/ui/input";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { membersQuery, removeMember } from "@/lib/client/queries/members";
import { showToast } from "@/lib/client/toast";
import type { MemberView } from "@/lib/protocol/views";

type RemoveMemberDialogProps = {
  member: MemberView;
  viewerId: string;
  others: readonly MemberView[];
  onClose: () => void;
};

const passedWords = (count: number, name: string) =>
  count === 0
    ? `${name} was removed.`
    : `${name} was removed; ${count === 1 ? "one workroom has" : `${count} workrooms have`} a new owner.`;

/** Says what removal ends, and asks who gets the workrooms that stay behind. */
export function RemoveMemberDialog(props: RemoveMemberDialogProps) {
  const { member, viewerId, others, onClose } = props;
  const client = useQueryClient();
  const [successorId, setSuccessorId] = useState(viewerId);
  const remove = useMutation({
    mutationFn: () => removeMember(member.userId, successorId),
    onSuccess: ({ passedWorkrooms }) => {
      showToast(passedWords(passedWorkrooms, member.name));
      onClose();
      return client.invalidateQueries({ queryKey: membersQuery().queryKey });
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Remove ${member.name}?`}
      confirmLabel="Remove"
      isDanger
      isPending={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      <div className="flex flex-col gap-3">
        <p>
          Their open pages and terminals close within a second, and their API keys of this
          organisation stop working. Invitations they made stay.
        </p>
        <Field
          label="Who gets the workrooms they made?"
          help="Also the private ones: their new owner can read all that is in them."
        >
          {(control) => (
            <select
              {...control}
              value={successorId}
              onChange={(event) => setSuccessorId(event.target.value)}
              className={cn(fieldClasses, "h-11 px-2 text-foreground md:h-9")}
            >
              {others
                .filter(({ role }) => role !== "viewer")
                .map(({ userId, name, email }) => (
                  <option key={userId} value={userId}>
                    {userId === viewerId ? "You" : `${name} (${email})`}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <FormError>{remove.error ? errorText(remove.error) : null}</FormError>
      </div>
    </ConfirmDialog>
  );
}
