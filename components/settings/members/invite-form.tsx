"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import {
  createInvitation,
  invitationsQuery,
  type SentInvitation,
} from "@/lib/client/queries/members";
import { roleWords } from "@/lib/client/role-words";
import type { MemberRole } from "@/lib/protocol/view-names";
import { RoleSelect } from "./role-select";

type InviteFormProps = { ownRole: MemberRole; onSent: (sent: SentInvitation) => void };

export function InviteForm({ ownRole, onSent }: InviteFormProps) {
  const client = useQueryClient();
  const formRef = useRef<HTMLFormElement>(null);
  const [role, setRole] = useState<MemberRole>("member");
  const invite = useMutation({
    mutationFn: createInvitation,
    onSuccess: async (sent) => {
      formRef.current?.reset();
      await client.invalidateQueries({ queryKey: invitationsQuery().queryKey });
      onSent(sent);
    },
  });
  const fieldError =
    invite.error instanceof ApiError ? invite.error.fieldErrors["email"] : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email")).trim();
    invite.mutate({ email, role });
  };
  return (
    <form ref={formRef} onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex flex-col gap-4 md:flex-row md:items-start md:gap-3">
        <Field label="E-mail address" error={fieldError} className="flex-1">
          {(control) => (
            <Input {...control} name="email" type="email" autoComplete="off" required />
          )}
        </Field>
        <Field label="Role" className="md:w-36">
          {(control) => <RoleSelect {...control} value={role} upTo={ownRole} onChange={setRole} />}
        </Field>
      </div>
      <p className="text-[0.8125rem] text-muted-foreground">{roleWords[role].help}</p>
      <FormError>{invite.error && !fieldError ? errorText(invite.error) : null}</FormError>
      <div>
        <Button type="submit" variant="primary" disabled={invite.isPending}>
          {invite.isPending && <Spinner />}
          {invite.isPending ? "Inviting…" : "Invite"}
        </Button>
      </div>
    </form>
  );
}
