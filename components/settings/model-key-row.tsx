"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlertIcon } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { errorText } from "@/lib/client/api";
import { formatCost } from "@/lib/client/format";
import {
  makeDefaultModelKey,
  modelKeysQuery,
  removeModelKey,
} from "@/lib/client/queries/model-keys";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { showToast } from "@/lib/client/toast";
import type { ModelKeyView } from "@/lib/protocol/views";
import { providerWords } from "./provider-words";

function spendWords({ spentMicroUsd, monthlyCapMicroUsd, isPriceEstimated }: ModelKeyView): string {
  const spent = formatCost(spentMicroUsd);
  const words =
    monthlyCapMicroUsd === null
      ? `${spent} this month, no cap`
      : `${spent} of ${formatCost(monthlyCapMicroUsd)} this month`;
  // Too high rather than too low: the cap must hold.
  return isPriceEstimated ? `${words}; estimated, this model’s price is not known` : words;
}

/** One connected model: what it is, what it spent, and whether it answers. */
export function ModelKeyRow({ modelKey }: { modelKey: ModelKeyView }) {
  const client = useQueryClient();
  const refresh = {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: modelKeysQuery().queryKey });
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
    },
    onError: (error: unknown) => showToast(errorText(error), { tone: "error" }),
  };
  const choose = useMutation({ mutationFn: () => makeDefaultModelKey(modelKey.id), ...refresh });
  const remove = useMutation({ mutationFn: () => removeModelKey(modelKey.id), ...refresh });
  const isBusy = choose.isPending || remove.isPending;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate">{modelKey.label}</span>
          {modelKey.isDefault && <Badge variant="accent">Default</Badge>}
        </p>
        <p className="text-[0.8125rem] text-muted-foreground">
          {providerWords[modelKey.provider].label}, {modelKey.modelId}
          {modelKey.lastFour !== "" && `, key …${modelKey.lastFour}`}
        </p>
        <p className="text-[0.8125rem] text-muted-foreground tabular-nums">
          {spendWords(modelKey)}
        </p>
        {modelKey.lastError && (
          <p className="mt-1 flex gap-1.5 text-[0.8125rem] text-danger">
            <CircleAlertIcon aria-hidden className="mt-0.5 size-3.5 shrink-0" />{" "}
            {modelKey.lastError}
          </p>
        )}
      </div>
      {!modelKey.isDefault && (
        <Button size="sm" disabled={isBusy} onClick={() => choose.mutate()}>
          Make default
        </Button>
      )}
      <Button
        variant="ghost"
        size="sm"
        disabled={isBusy}
        aria-label={`Remove ${modelKey.label}`}
        onClick={() => remove.mutate()}
      >
        Remove
      </Button>
    </li>
  );
}
