"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { fieldClasses, Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { addModelKey, modelKeysQuery, type NewModelKey } from "@/lib/client/queries/model-keys";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { type Provider, providers, providerWords, type ProviderWords } from "./provider-words";

function readForm(form: HTMLFormElement, provider: Provider): NewModelKey {
  const fields = new FormData(form);
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const modelId = text("modelId");
  const cap = Number(text("cap"));
  return {
    provider,
    modelId,
    label: text("label") || `${providerWords[provider].label} ${modelId}`,
    ...(text("baseUrl") !== "" && { baseUrl: text("baseUrl") }),
    ...(text("apiKey") !== "" && { apiKey: text("apiKey") }),
    ...(text("cap") !== "" && { monthlyCapMicroUsd: Math.round(cap * 1_000_000) }),
  };
}

function useAddModel(onAdded: () => void) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: addModelKey,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: modelKeysQuery().queryKey });
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
      onAdded();
    },
  });
  const fieldErrors = add.error instanceof ApiError ? add.error.fieldErrors : {};
  const isAboutField = Object.keys(fieldErrors).length > 0;
  return { add, fieldErrors, formError: add.error && !isAboutField ? errorText(add.error) : null };
}

/** Connects a model by hand. It is asked for one word before it is saved, so a wrong key is told at once. */
export function AddModelForm() {
  const [provider, setProvider] = useState<Provider>("anthropic");
  const formRef = useRef<HTMLFormElement>(null);
  const { add, fieldErrors, formError } = useAddModel(() => formRef.current?.reset());
  const words = providerWords[provider];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(readForm(event.currentTarget, provider));
  };
  return (
    <form ref={formRef} onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Provider">
        {(control) => (
          <select
            {...control}
            name="provider"
            value={provider}
            onChange={(event) =>
              setProvider(providers.find((known) => known === event.target.value) ?? "anthropic")
            }
            className={cn(fieldClasses, "h-11 px-2 md:h-9")}
          >
            {providers.map((known) => (
              <option key={known} value={known}>
                {providerWords[known].label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ModelFields words={words} fieldErrors={fieldErrors} />
      <FormError>{formError}</FormError>
      <div>
        <Button type="submit" variant="primary" disabled={add.isPending}>
          {add.isPending && <Spinner />}
          {add.isPending ? "Trying it…" : "Try it and add"}
        </Button>
      </div>
    </form>
  );
}

type ModelFieldsProps = {
  words: ProviderWords;
  fieldErrors: Readonly<Record<string, string>>;
};

function ModelFields({ words, fieldErrors }: ModelFieldsProps) {
  return (
    <>
      <Field label="Model" help="The name the provider knows it by." error={fieldErrors["modelId"]}>
        {(control) => (
          <Input
            {...control}
            name="modelId"
            placeholder={words.modelPlaceholder}
            autoComplete="off"
            required
          />
        )}
      </Field>
      <Field
        label={words.baseUrl === null ? "URL" : "URL (optional)"}
        help={words.baseUrl === null ? "Up to and including the version, like /v1." : undefined}
        error={fieldErrors["baseUrl"]}
      >
        {(control) => (
          <Input
            {...control}
            name="baseUrl"
            type="url"
            placeholder={words.baseUrl ?? "http://127.0.0.1:11434/v1"}
            required={words.baseUrl === null}
          />
        )}
      </Field>
      <Field
        label="Key"
        help="Kept encrypted on this machine. It never enters a workroom."
        error={fieldErrors["apiKey"]}
      >
        {(control) => (
          <Input
            {...control}
            name="apiKey"
            type="password"
            autoComplete="off"
            placeholder={words.keyPlaceholder}
            required={words.baseUrl !== null}
          />
        )}
      </Field>
      <Field label="Name (optional)" error={fieldErrors["label"]}>
        {(control) => <Input {...control} name="label" maxLength={100} autoComplete="off" />}
      </Field>
      <Field
        label="Monthly cap in US dollars (optional)"
        help="Turns stop when this much is spent in a calendar month."
        error={fieldErrors["monthlyCapMicroUsd"]}
      >
        {(control) => (
          <Input {...control} name="cap" type="number" min="0" step="0.01" inputMode="decimal" />
        )}
      </Field>
    </>
  );
}
