"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { accountQuery, renameAccount } from "@/lib/client/queries/account";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { showToast } from "@/lib/client/toast";
import type { AccountView } from "@/lib/protocol/account";
import { AccountSection } from "./account-section";

export function ProfileSection({ account }: { account: AccountView }) {
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const save = useMutation({
    mutationFn: () => renameAccount(name.trim()),
    onSuccess: (changed) => {
      client.setQueryData(accountQuery().queryKey, changed);
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
      setName(changed.name);
      showToast("Your name was saved.");
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate();
  };
  const isSame = name.trim() === account.name || name.trim() === "";
  return (
    <AccountSection id="profile" title="Profile">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" help="Your colleagues see it.">
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={80}
              autoComplete="name"
              required
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="E-mail address" help="You log in with it. It can't be changed yet.">
          {(control) => (
            <Input {...control} type="email" value={account.email} readOnly className="bg-muted" />
          )}
        </Field>
        <FormError>{save.error ? errorText(save.error) : null}</FormError>
        <Button type="submit" disabled={isSame || save.isPending} className="self-start">
          {save.isPending && <Spinner />} Save name
        </Button>
      </form>
    </AccountSection>
  );
}
