"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { addModelKey, modelKeysQuery } from "@/lib/client/queries/model-keys";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { DetectedModel } from "@/lib/protocol/views";
import { providerWords } from "./provider-words";

function DetectedRow({ model }: { model: DetectedModel }) {
  const client = useQueryClient();
  const [modelId, setModelId] = useState(model.modelIds[0] ?? "");
  const add = useMutation({
    mutationFn: () =>
      addModelKey({
        provider: model.provider,
        detectedId: model.id,
        modelId,
        label: `${providerWords[model.provider].label} ${modelId}`,
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: modelKeysQuery().queryKey });
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
    },
  });
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <p className="min-w-0 flex-1 basis-48 font-medium">{model.label}</p>
      <select
        aria-label={`Model of ${model.label}`}
        value={modelId}
        onChange={(event) => setModelId(event.target.value)}
        className="h-11 max-w-full rounded-md border border-input bg-background px-2 text-base-app md:h-8"
      >
        {model.modelIds.map((known) => (
          <option key={known}>{known}</option>
        ))}
      </select>
      <Button
        size="sm"
        variant="primary"
        disabled={add.isPending || modelId === ""}
        onClick={() => add.mutate()}
      >
        {add.isPending && <Spinner />} Use it
      </Button>
      {add.isError && (
        <p role="alert" className="w-full text-[0.8125rem] text-danger">
          {errorText(add.error)}
        </p>
      )}
    </li>
  );
}

/** Models found on this machine that nobody has connected yet. */
export function DetectedModels({ detected }: { detected: readonly DetectedModel[] }) {
  if (detected.length === 0) return null;
  return (
    <section aria-labelledby="detected" className="flex flex-col gap-2">
      <h2 id="detected" className="font-semibold">
        Found on this machine
      </h2>
      <ul className="divide-y rounded-lg border bg-card">
        {detected.map((model) => (
          <DetectedRow key={model.id} model={model} />
        ))}
      </ul>
    </section>
  );
}
