"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PuzzleIcon, UploadIcon } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { addPlugin, deletePlugin, pluginsQuery } from "@/lib/client/queries/runs";
import { showToast } from "@/lib/client/toast";
import type { PluginView } from "@/lib/protocol/runs";
import { SettingsPage } from "../settings-page";

const tell = (error: unknown) => showToast(errorText(error), { tone: "error" });
const orgOfPage = () =>
  document.querySelector<HTMLElement>("[data-org-id]")?.dataset["orgId"] ?? null;

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: pluginsQuery().queryKey });
}

function PluginRow({ plugin }: { plugin: PluginView }) {
  const [isAsking, setIsAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => deletePlugin(plugin.id),
    onSuccess: useRefresh(),
    onError: tell,
    onSettled: () => setIsAsking(false),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium break-all">{plugin.name}</p>
        <p className="text-[0.8125rem] break-all text-muted-foreground">
          {plugin.id} · {Math.ceil(plugin.size / 1_024).toLocaleString("en-US")} KB
        </p>
      </div>
      <Button
        variant="ghost"
        size="sm"
        aria-label={`Delete ${plugin.name}`}
        onClick={() => setIsAsking(true)}
      >
        Delete
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Delete ${plugin.name}?`}
        confirmLabel="Delete"
        isPending={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Nobody can run it any more. What it has written stays.
      </ConfirmDialog>
    </li>
  );
}

function Plugins() {
  const found = useQuery(pluginsQuery());
  if (found.isError && !found.data)
    return (
      <ErrorState
        title="Can't load the plugins"
        message={errorText(found.error)}
        onRetry={() => void found.refetch()}
      />
    );
  if (!found.data) return <Skeleton className="h-24 rounded-lg" />;
  if (found.data.plugins.length === 0)
    return (
      <p className="flex gap-3 rounded-lg border bg-card px-4 py-3 text-muted-foreground">
        <PuzzleIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
        No plugin yet. A plugin is a program as a .wasm file, built for WASI.
      </p>
    );
  return (
    <ul className="divide-y rounded-lg border bg-card">
      {found.data.plugins.map((plugin) => (
        <PluginRow key={plugin.id} plugin={plugin} />
      ))}
    </ul>
  );
}

/** Settings: the WASM programs that everybody of the organisation can run in their workspaces. */
export function PluginSettings() {
  const chooser = useRef<HTMLInputElement>(null);
  const add = useMutation({
    mutationFn: (file: File) => addPlugin(file, orgOfPage()),
    onSuccess: useRefresh(),
    onError: tell,
  });
  return (
    <SettingsPage
      title="Plugins"
      intro="Programs that run in a workspace, without network, on its files alone."
    >
      <Plugins />
      <div>
        <input
          ref={chooser}
          type="file"
          accept=".wasm"
          aria-label="Plugin file"
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) add.mutate(file);
            target.value = "";
          }}
        />
        <Button disabled={add.isPending} onClick={() => chooser.current?.click()}>
          {add.isPending ? <Spinner /> : <UploadIcon aria-hidden />} Add a plugin
        </Button>
      </div>
    </SettingsPage>
  );
}
