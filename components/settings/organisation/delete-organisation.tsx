"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { FormError } from "@/components/auth/form-error";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { deleteOrg } from "@/lib/client/queries/orgs";
import type { OrgSettingsView } from "@/lib/protocol/views";

/** The end of everything in the organisation; its address has to be typed. */
export function DeleteOrganisation({ org }: { org: OrgSettingsView }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-labelledby="delete" className="flex flex-col items-start gap-3 border-t pt-6">
      <div>
        <h2 id="delete" className="font-semibold">
          Delete this organisation
        </h2>
        <p className="text-sm text-muted-foreground">
          Ends every workroom, App, key and membership in it. This can&rsquo;t be undone.
        </p>
      </div>
      <Button className="text-danger" onClick={() => setOpen(true)}>
        Delete…
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen}>
        <DialogContent
          title={`Delete ${org.name}?`}
          description="All its workrooms with their files and chats, its published Apps, models, API keys and members are gone for good."
        >
          <ConfirmForm org={org} onCancel={() => setOpen(false)} />
        </DialogContent>
      </Dialog>
    </section>
  );
}

function ConfirmForm({ org, onCancel }: { org: OrgSettingsView; onCancel: () => void }) {
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: deleteOrg,
    onSuccess: () => window.location.assign("/"),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.mutate(typed);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={`Type ${org.slug} to go on`}>
        {(control) => (
          <Input
            {...control}
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono"
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <FormError>{remove.error ? errorText(remove.error) : null}</FormError>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="danger" disabled={typed !== org.slug || remove.isPending}>
          {remove.isPending && <Spinner />}
          Delete it all
        </Button>
      </DialogFooter>
    </form>
  );
}
