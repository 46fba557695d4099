"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CheckIcon } from "lucide-react";
import { useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioRow } from "@/components/ui/radio-row";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { changeOrg, orgQuery } from "@/lib/client/queries/orgs";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { OrgSettingsView } from "@/lib/protocol/views";

type OrganisationFormProps = { org: OrgSettingsView; canChange: boolean };

function useChangeOrg(org: OrgSettingsView, onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeOrg,
    onSuccess: (changed) => {
      // Every address below the old one is gone, the one of this page too.
      if (changed.slug !== org.slug) {
        window.location.assign(`/${changed.slug}/settings/organisation`);
        return;
      }
      client.setQueryData(orgQuery().queryKey, changed);
      onSaved();
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
    },
  });
}

/** Name, address and the rule for repository rooms; only what was changed is sent. */
export function OrganisationForm({ org, canChange }: OrganisationFormProps) {
  // Only what the person has changed is kept here, so that a newer answer of the server shows up around it.
  const [edits, setEdits] = useState<Partial<OrgSettingsView>>({});
  const values = { ...org, ...edits };
  const save = useChangeOrg(org, () => setEdits({}));
  const names = ["name", "slug", "repositoryOpenness"] as const;
  const changed = names.filter((name) => values[name] !== org[name]);
  const fieldErrors = save.error instanceof ApiError ? save.error.fieldErrors : {};
  const isAboutField = Object.keys(fieldErrors).length > 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(Object.fromEntries(changed.map((name) => [name, values[name]])));
  };
  const change = (some: Partial<OrgSettingsView>) => setEdits({ ...edits, ...some });
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!canChange} className="flex flex-col gap-5">
        <legend className="sr-only">Organisation</legend>
        {!canChange && (
          <p className="text-sm text-muted-foreground">Only owners and admins change this.</p>
        )}
        <Field label="Name" error={fieldErrors["name"]}>
          {(control) => (
            <Input
              {...control}
              value={values.name}
              maxLength={80}
              required
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <AddressField
          slug={values.slug}
          hasChanged={values.slug !== org.slug}
          error={fieldErrors["slug"]}
          onChange={(slug) => change({ slug })}
        />
        <OpennessField
          openness={values.repositoryOpenness}
          onChange={(repositoryOpenness) => change({ repositoryOpenness })}
        />
        <FormError>{save.error && !isAboutField ? errorText(save.error) : null}</FormError>
        {canChange && (
          <SaveRow
            hasChanges={changed.length > 0}
            isSaving={save.isPending}
            isSaved={save.isSuccess && changed.length === 0}
          />
        )}
      </fieldset>
    </form>
  );
}

type SaveRowProps = { hasChanges: boolean; isSaving: boolean; isSaved: boolean };

function SaveRow({ hasChanges, isSaving, isSaved }: SaveRowProps) {
  return (
    <div className="flex items-center gap-3">
      <Button type="submit" variant="primary" disabled={!hasChanges || isSaving}>
        {isSaving && <Spinner />}
        {isSaving ? "Saving…" : "Save"}
      </Button>
      <output className="flex items-center gap-1.5 text-sm text-muted-foreground">
        {isSaved && (
          <>
            <CheckIcon aria-hidden className="size-4" /> Saved
          </>
        )}
      </output>
    </div>
  );
}

type AddressFieldProps = {
  slug: string;
  hasChanged: boolean;
  error: string | undefined;
  onChange: (slug: string) => void;
};

function AddressField({ slug, hasChanged, error, onChange }: AddressFieldProps) {
  return (
    <Field
      label="Address"
      help="The first part of every link: small letters, digits and hyphens."
      error={error}
    >
      {(control) => (
        <>
          <Input
            {...control}
            value={slug}
            maxLength={40}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono"
            onChange={(event) => onChange(event.target.value)}
          />
          <output className="text-[0.8125rem] text-warning">
            {hasChanged && "Links to this organisation that people have kept will stop working."}
          </output>
        </>
      )}
    </Field>
  );
}

type OpennessFieldProps = {
  openness: OrgSettingsView["repositoryOpenness"];
  onChange: (openness: OrgSettingsView["repositoryOpenness"]) => void;
};

function OpennessField({ openness, onChange }: OpennessFieldProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">New workrooms with a repository</legend>
      <div className="divide-y overflow-hidden rounded-md border">
        <RadioRow
          name="repositoryOpenness"
          title="Open"
          description="Every member can find them and work in them."
          checked={openness === "open"}
          onChange={() => onChange("open")}
        />
        <RadioRow
          name="repositoryOpenness"
          title="Private"
          description="Only their maker, until they are shared."
          checked={openness === "private"}
          onChange={() => onChange("private")}
        />
      </div>
      <p className="text-[0.8125rem] text-muted-foreground">
        Decided when a workroom is made; those there are stay as they are.
      </p>
    </fieldset>
  );
}
