"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { fieldClasses, Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { accountQuery } from "@/lib/client/queries/account";
import { createApiKey, type NewApiKey } from "@/lib/client/queries/api-keys";
import { type ApiKeyScope, apiKeyScopes, type NewApiKeyView } from "@/lib/protocol/api-keys";
import { CurrentPasswordField } from "../account/current-password-field";
import { ScopeChoice } from "./scope-choice";

const lives = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
  ["never", "It never expires"],
] as const;

function readForm(form: HTMLFormElement): NewApiKey {
  const fields = new FormData(form);
  const days = fields.get("expires");
  return {
    name: String(fields.get("name") ?? ""),
    scopes: apiKeyScopes.filter((scope: ApiKeyScope) => fields.getAll("scopes").includes(scope)),
    expiresInDays: days === "never" ? null : Number(days),
    currentPassword: String(fields.get("currentPassword") ?? ""),
  };
}

type NewApiKeyDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onMade: (made: NewApiKeyView) => void;
};

/** Makes a key: its name, what it may do, and for how long. */
export function NewApiKeyDialog({ open, onOpenChange, onMade }: NewApiKeyDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="New API key"
        description="It acts as you in this organisation, with your role at the time."
      >
        <NewApiKeyForm
          onCancel={() => onOpenChange(false)}
          onMade={(made) => {
            onOpenChange(false);
            onMade(made);
          }}
        />
      </DialogContent>
    </Dialog>
  );
}

type NewApiKeyFormProps = { onCancel: () => void; onMade: (made: NewApiKeyView) => void };

function NewApiKeyForm({ onCancel, onMade }: NewApiKeyFormProps) {
  const client = useQueryClient();
  const account = useQuery(accountQuery());
  const create = useMutation({
    mutationFn: createApiKey,
    onSuccess: (made) => {
      onMade(made);
      return client.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {};
  const isAboutField = Object.keys(errors).length > 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(readForm(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" help="What uses it, like “nightly report”." error={errors["name"]}>
        {(control) => <Input {...control} name="name" required maxLength={80} autoComplete="off" />}
      </Field>
      <ScopeChoice error={errors["scopes"]} />
      <Field label="Expires" error={errors["expiresInDays"]}>
        {(control) => (
          <select
            {...control}
            name="expires"
            defaultValue="90"
            className={cn(fieldClasses, "h-11 px-2 md:h-9")}
          >
            {lives.map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {account.data?.hasPassword && <CurrentPasswordField />}
      <FormError>{create.error && !isAboutField ? errorText(create.error) : null}</FormError>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={create.isPending || account.isPending}>
          {create.isPending && <Spinner />}
          Make key
        </Button>
      </DialogFooter>
    </form>
  );
}
