"use client";
import { useQuery } from "@tanstack/react-query";
import { BotIcon } from "lucide-react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { modelKeysQuery } from "@/lib/client/queries/model-keys";
import { AddModelForm } from "./add-model-form";
import { DetectedModels } from "./detected-models";
import { ModelKeyRow } from "./model-key-row";
import { SettingsPage } from "./settings-page";

function ConnectedModels() {
  const models = useQuery(modelKeysQuery());
  if (models.isError && !models.data)
    return (
      <ErrorState
        title="Can't load the models"
        message={errorText(models.error)}
        onRetry={() => void models.refetch()}
      />
    );
  if (!models.data) return <Skeleton className="h-24 rounded-lg" />;
  const { keys, detected } = models.data;
  return (
    <>
      <section aria-labelledby="connected" className="flex flex-col gap-2">
        <h2 id="connected" className="font-semibold">
          Connected
        </h2>
        {keys.length === 0 ? (
          <p className="flex gap-3 rounded-lg border bg-card px-4 py-3">
            <BotIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
            <span>
              <span className="font-medium">Demo employee: scripted, no AI</span>
              <span className="block text-muted-foreground">
                It plays recorded turns on your own file. Connect a model to have real work done.
              </span>
            </span>
          </p>
        ) : (
          <ul className="divide-y rounded-lg border bg-card">
            {keys.map((modelKey) => (
              <ModelKeyRow key={modelKey.id} modelKey={modelKey} />
            ))}
          </ul>
        )}
      </section>
      <DetectedModels detected={detected} />
    </>
  );
}

/** Settings: which models do the work, what they may spend, and how to add one. */
export function ModelSettings() {
  return (
    <SettingsPage
      title="Models"
      intro="Who does the work. Keys stay on this machine and never enter a workroom."
    >
      <ConnectedModels />
      <section aria-labelledby="add-model" className="flex flex-col gap-4">
        <h2 id="add-model" className="font-semibold">
          Add a model
        </h2>
        <AddModelForm />
      </section>
    </SettingsPage>
  );
}
