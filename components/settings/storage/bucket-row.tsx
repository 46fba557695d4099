"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { removeStorage, storagesQuery, testStorage } from "@/lib/client/queries/storages";
import { showToast } from "@/lib/client/toast";
import type { StorageView } from "@/lib/protocol/storages";
import { BucketTest } from "./bucket-test";

const placeWords = ({ endpoint, region, bucket, prefix }: StorageView) =>
  `${bucket}${prefix && `/${prefix}`} at ${endpoint ? new URL(endpoint).host : `Amazon S3, ${region}`}`;

const tell = (error: unknown) => showToast(errorText(error), { tone: "error" });

/** One bucket: where it is, what lies in it, and whether its key still works. */
export function BucketRow({ storage }: { storage: StorageView }) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: storagesQuery().queryKey });
  const trial = useMutation({
    mutationFn: () => testStorage(storage.id),
    onSuccess: refresh,
    onError: tell,
  });
  const remove = useMutation({
    mutationFn: () => removeStorage(storage.id),
    onSuccess: refresh,
    onError: tell,
    onSettled: () => setIsAsking(false),
  });
  return (
    <li className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            <span className="break-all">{storage.name}</span>
            {storage.usedBy && <Badge variant="accent">{storage.usedBy.title}</Badge>}
          </p>
          <p className="text-[0.8125rem] break-all text-muted-foreground">{placeWords(storage)}</p>
          <p className="text-[0.8125rem] break-all text-muted-foreground">
            Access key {storage.accessKeyId}
          </p>
        </div>
        <Button size="sm" disabled={trial.isPending} onClick={() => trial.mutate()}>
          {trial.isPending && <Spinner />} Test
        </Button>
        <Button
          variant="ghost"
          size="sm"
          disabled={storage.usedBy !== null}
          aria-label={`Remove ${storage.name}`}
          title={storage.usedBy ? "Move the workspace in it back first" : undefined}
          onClick={() => setIsAsking(true)}
        >
          Remove
        </Button>
      </div>
      {trial.data && <BucketTest test={trial.data} />}
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Remove ${storage.name}?`}
        confirmLabel="Remove"
        isPending={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Workroom forgets the bucket and its key. What lies in the bucket stays there.
      </ConfirmDialog>
    </li>
  );
}
