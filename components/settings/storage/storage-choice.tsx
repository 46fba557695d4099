"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { fieldClasses } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import {
  isMoving,
  moveWorkspace,
  storagesQuery,
  workspaceStorageQuery,
} from "@/lib/client/queries/storages";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { StorageView } from "@/lib/protocol/storages";
import { StorageProgress } from "./storage-progress";

const MANAGED = "managed";

/** Where the files of a workspace are kept, and for admins the choice; a move shows its progress here. */
export function StorageChoice({ workspaceId }: { workspaceId: string }) {
  const place = useQuery(workspaceStorageQuery(workspaceId));
  const { data: viewer } = useQuery(viewerQuery());
  const isMember = viewer !== undefined && viewer.role !== "viewer";
  const buckets = useQuery({ ...storagesQuery(), enabled: isMember });
  if (place.isError && !place.data)
    return (
      <ErrorState
        title="Can't tell where the files are kept"
        message={errorText(place.error)}
        onRetry={() => void place.refetch()}
      />
    );
  if (!place.data || !viewer) return <Skeleton className="h-16 rounded-lg" />;
  const { storageId, move } = place.data;
  const storages = buckets.data?.storages ?? [];
  const isAdmin = viewer.role === "owner" || viewer.role === "admin";
  const current = storages.find(({ id }) => id === storageId);
  const words = storageId === null ? "Workroom’s storage" : (current?.name ?? "your own bucket");
  return (
    <section aria-label="Where the files are kept" className="flex flex-col gap-3">
      {isAdmin && !isMoving(move) ? (
        <Choice
          key={storageId}
          workspaceId={workspaceId}
          storageId={storageId}
          storages={storages.filter(({ id, usedBy }) => id === storageId || !usedBy)}
        />
      ) : (
        <p>
          Files are kept in <span className="font-medium">{words}</span>.
        </p>
      )}
      {move && <StorageProgress workspaceId={workspaceId} move={move} canStop={isAdmin} />}
      {isAdmin && storages.length === 0 && <WhereToAdd orgSlug={viewer.org.slug} />}
    </section>
  );
}

function WhereToAdd({ orgSlug }: { orgSlug: string }) {
  return (
    <p className="text-[0.8125rem] text-muted-foreground">
      To keep them in a bucket of your own, add it in{" "}
      <Link
        href={`/${orgSlug}/settings/storage`}
        className="text-primary underline underline-offset-4"
      >
        Settings → Storage
      </Link>
      .
    </p>
  );
}

type ChoiceProps = {
  workspaceId: string;
  storageId: string | null;
  storages: readonly StorageView[];
};

function Choice({ workspaceId, storageId, storages }: ChoiceProps) {
  const client = useQueryClient();
  const current = storageId ?? MANAGED;
  const [chosen, setChosen] = useState(current);
  const [isAsking, setIsAsking] = useState(false);
  const name = storages.find(({ id }) => id === chosen)?.name ?? "Workroom’s storage";
  const move = useMutation({
    mutationFn: () => moveWorkspace(workspaceId, chosen === MANAGED ? null : chosen),
    onSuccess: (place) => client.setQueryData(workspaceStorageQuery(workspaceId).queryKey, place),
    onSettled: () => setIsAsking(false),
  });
  return (
    <>
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label="Files are kept in"
          error={move.error ? errorText(move.error) : undefined}
          className="min-w-0 flex-1 basis-56"
        >
          {(control) => (
            <select
              {...control}
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
              className={cn(fieldClasses, "h-11 px-2 md:h-9")}
            >
              <option value={MANAGED}>Workroom’s storage</option>
              {storages.map(({ id, name: label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button disabled={chosen === current || move.isPending} onClick={() => setIsAsking(true)}>
          Move the files
        </Button>
      </div>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Move the files to ${name}?`}
        confirmLabel="Move"
        isPending={move.isPending}
        onConfirm={() => move.mutate()}
      >
        Everything is copied and checked first. Work goes on meanwhile, and nothing is lost if it
        breaks off.{" "}
        {storageId === null
          ? "The copy with Workroom is deleted a day later."
          : "The copy in your bucket stays yours."}
      </ConfirmDialog>
    </>
  );
}
