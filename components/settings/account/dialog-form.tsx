"use client";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";

type DialogFormProps = {
  submitLabel: string;
  isDanger?: boolean;
  onSubmit: (fields: FormData) => Promise<unknown>;
  onCancel: () => void;
  children: ReactNode;
};

/** A form in a dialog: fields, what went wrong, and the two buttons. */
export function DialogForm(props: DialogFormProps) {
  const { submitLabel, isDanger = false, onSubmit, onCancel, children } = props;
  const send = useMutation({ mutationFn: onSubmit });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      <FormError>{send.error ? errorText(send.error) : null}</FormError>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant={isDanger ? "danger" : "primary"} disabled={send.isPending}>
          {send.isPending && <Spinner />} {submitLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}
