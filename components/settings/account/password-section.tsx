"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { accountQuery, changePassword, sessionsQuery } from "@/lib/client/queries/account";
import { showToast } from "@/lib/client/toast";
import type { AccountView } from "@/lib/protocol/account";
import { AccountSection } from "./account-section";
import { CurrentPasswordField } from "./current-password-field";

export function PasswordSection({ account }: { account: AccountView }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ form }: { form: HTMLFormElement }) => {
      const fields = new FormData(form);
      return changePassword({
        currentPassword: String(fields.get("currentPassword") ?? ""),
        password: String(fields.get("password")),
      });
    },
    onSuccess: (changed, { form }) => {
      form.reset();
      client.setQueryData(accountQuery().queryKey, changed);
      void client.invalidateQueries({ queryKey: sessionsQuery().queryKey });
      showToast("Your password was changed. You are logged out everywhere else.");
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate({ form: event.currentTarget });
  };
  const fieldError =
    change.error instanceof ApiError ? change.error.fieldErrors["password"] : undefined;
  return (
    <AccountSection
      id="password"
      title="Password"
      help={
        account.hasPassword
          ? "Changing it logs you out everywhere else."
          : "You have none yet. With one you can also log in without a connected account."
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {/* For password stores, which otherwise save the new password without a name. */}
        <input type="hidden" name="username" autoComplete="username" value={account.email} />
        {account.hasPassword && <CurrentPasswordField />}
        <Field
          label="New password"
          help="12 characters or more. A sentence is good."
          error={fieldError}
        >
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={12}
              maxLength={200}
              required
            />
          )}
        </Field>
        <FormError>{change.error && !fieldError ? errorText(change.error) : null}</FormError>
        <Button type="submit" disabled={change.isPending} className="self-start">
          {change.isPending && <Spinner />}
          {account.hasPassword ? "Change password" : "Set password"}
        </Button>
      </form>
    </AccountSection>
  );
}
