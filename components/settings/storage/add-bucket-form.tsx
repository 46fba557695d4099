"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { ApiError, errorText } from "@/lib/client/api";
import { addStorage, type NewPlace, storagesQuery, testPlace } from "@/lib/client/queries/storages";
import type { StorageTestView } from "@/lib/protocol/storages";
import { BucketFields } from "./bucket-fields";
import { BucketTest } from "./bucket-test";

function readForm(form: HTMLFormElement): NewPlace & { name: string } {
  const fields = new FormData(form);
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  return {
    name: text("name"),
    endpoint: text("endpoint") || null,
    region: text("region") || "us-east-1",
    bucket: text("bucket"),
    prefix: text("prefix"),
    accessKeyId: text("accessKeyId"),
    secretAccessKey: text("secretAccessKey"),
  };
}

type Outcome = { test: StorageTestView; isAdded: boolean };

/** Tests first, so that a missing right is told by its name, and saves only what works. */
async function tryBucket({ name, ...place }: ReturnType<typeof readForm>, isAdding: boolean) {
  const test = await testPlace(place);
  if (!isAdding || !test.isUsable) return { test, isAdded: false };
  await addStorage({ name, ...place });
  return { test, isAdded: true };
}

/** Connects a bucket of the organisation's own. */
export function AddBucketForm() {
  const client = useQueryClient();
  const formRef = useRef<HTMLFormElement>(null);
  const trial = useMutation<Outcome, unknown, boolean>({
    mutationFn: (isAdding) => {
      if (!formRef.current) throw new Error("The form is on the page.");
      return tryBucket(readForm(formRef.current), isAdding);
    },
    onSuccess: ({ isAdded }) => {
      if (!isAdded) return;
      formRef.current?.reset();
      void client.invalidateQueries({ queryKey: storagesQuery().queryKey });
    },
  });
  const errors = trial.error instanceof ApiError ? trial.error.fieldErrors : {};
  const isAboutField = Object.keys(errors).length > 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    trial.mutate(true);
  };
  return (
    <form ref={formRef} onSubmit={submit} className="flex flex-col gap-4">
      <BucketFields errorOf={(name) => errors[name]} />
      <FormError>{trial.error && !isAboutField ? errorText(trial.error) : null}</FormError>
      {trial.data && !trial.isPending && <BucketTest test={trial.data.test} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={trial.isPending}>
          {trial.isPending && <Spinner />}
          {trial.isPending ? "Trying it…" : "Test and add"}
        </Button>
        <Button
          disabled={trial.isPending}
          onClick={() => formRef.current?.reportValidity() && trial.mutate(false)}
        >
          Only test
        </Button>
      </div>
    </form>
  );
}
