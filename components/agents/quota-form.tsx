"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CheckIcon } from "lucide-react";
import { useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { changeQuota, workspaceKeys } from "@/lib/client/queries/workspaces";
import type { OutputQuota } from "@/lib/protocol/workspace";
import type { WorkspaceView } from "@/lib/protocol/workspace-views";

const MB = 1_000_000;
const usual: OutputQuota = { maxFileBytes: 100 * MB, maxFiles: 10_000, maxTotalBytes: 2_000 * MB };

const fields = [
  { name: "maxFileBytes", label: "Largest file, MB", unit: MB },
  { name: "maxFiles", label: "Number of files", unit: 1 },
  { name: "maxTotalBytes", label: "All files, MB", unit: MB },
] as const;

function readQuota(form: HTMLFormElement): OutputQuota {
  const values = new FormData(form);
  const read = (name: keyof OutputQuota, unit: number) =>
    Math.max(1, Math.round(Number(values.get(name)) * unit));
  return {
    maxFileBytes: read("maxFileBytes", MB),
    maxFiles: read("maxFiles", 1),
    maxTotalBytes: read("maxTotalBytes", MB),
  };
}

/** Limits of `output/`. They hold from the moment they are saved, for programs that run as well. */
export function QuotaForm({ workspace }: { workspace: WorkspaceView }) {
  const client = useQueryClient();
  const [isLimited, setIsLimited] = useState(workspace.quota !== null);
  const canChange = workspace.access === "own";
  const save = useMutation({
    mutationFn: (quota: OutputQuota | null) => changeQuota(workspace.id, quota),
    onSuccess: (changed) => client.setQueryData(workspaceKeys.detail(workspace.id), changed),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(isLimited ? readQuota(event.currentTarget) : null);
  };
  const shown = workspace.quota ?? usual;
  return (
    <form onSubmit={submit} onChange={() => save.reset()}>
      <fieldset disabled={!canChange} className="flex flex-col gap-3">
        <legend className="mb-1 font-semibold">Limits of output/</legend>
        <label className="flex min-h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={isLimited}
            onChange={(event) => setIsLimited(event.target.checked)}
            className="size-4 accent-primary"
          />
          Refuse files beyond these limits, wherever they are written from
        </label>
        {isLimited && (
          <div className="grid gap-3 sm:grid-cols-3">
            {fields.map(({ name, label, unit }) => (
              <Field key={name} label={label}>
                {(control) => (
                  <Input
                    {...control}
                    name={name}
                    type="number"
                    inputMode="decimal"
                    min={unit === 1 ? 1 : 0.001}
                    step={unit === 1 ? 1 : "any"}
                    required
                    defaultValue={shown[name] / unit}
                  />
                )}
              </Field>
            ))}
          </div>
        )}
        <FormError>{save.error ? errorText(save.error) : null}</FormError>
        {canChange && <SaveRow isPending={save.isPending} isSaved={save.isSuccess} />}
      </fieldset>
    </form>
  );
}

function SaveRow({ isPending, isSaved }: { isPending: boolean; isSaved: boolean }) {
  return (
    <div className="flex items-center gap-3">
      <Button type="submit" disabled={isPending}>
        {isPending && <Spinner />} Save limits
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
