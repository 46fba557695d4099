"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PencilIcon, TriangleAlertIcon } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { appKeys, changeApp } from "@/lib/client/queries/apps";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import { showToast } from "@/lib/client/toast";
import type { AppView } from "@/lib/protocol/views";
import { slugProblem } from "./app-slug";
import { SlugField, slugRefusal } from "./slug-field";

/** Gives an App that is out another name in its link. */
export function RenameLink({ app }: { app: AppView }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <RenameForm app={app} onClose={() => setOpen(false)} />;
  return (
    <Button variant="ghost" size="sm" className="self-start" onClick={() => setOpen(true)}>
      <PencilIcon aria-hidden /> Change the link
    </Button>
  );
}

function RenameForm({ app, onClose }: { app: AppView; onClose: () => void }) {
  const client = useQueryClient();
  const [slug, setSlug] = useState(app.slug);
  const rename = useMutation({
    mutationFn: () => changeApp(app.id, { slug }),
    onSuccess: (view) => {
      client.setQueryData(appKeys.detail(app.workroomId), view);
      void client.invalidateQueries({
        queryKey: workroomKeys.detail(app.workroomId),
        exact: true,
      });
      showToast("The App has a new link", { tone: "success" });
      onClose();
    },
  });
  const problem = slugProblem(slug);
  const refusal = slugRefusal(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === null && slug !== app.slug) rename.mutate();
  };
  return (
    <form
      aria-label="Change the link"
      onSubmit={submit}
      className="flex flex-col gap-3 rounded-lg border p-3"
    >
      <SlugField
        slug={slug}
        error={problem ?? refusal}
        onChange={(next) => {
          rename.reset();
          setSlug(next);
        }}
      />
      <p className="flex gap-2 text-[0.8125rem] text-warning">
        <TriangleAlertIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
        The old link stops working at once, and its name is free for others. Nobody is sent on.
      </p>
      {rename.error && refusal === null && (
        <p role="alert" className="text-sm text-danger">
          {errorText(rename.error)}
        </p>
      )}
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          size="sm"
          disabled={rename.isPending || problem !== null || slug === app.slug}
        >
          {rename.isPending && <Spinner />} Save the new link
        </Button>
        <Button size="sm" disabled={rename.isPending} onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
