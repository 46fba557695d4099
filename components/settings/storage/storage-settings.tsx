"use client";
import { useQuery } from "@tanstack/react-query";
import { DatabaseIcon, HardDriveIcon } from "lucide-react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { storagesQuery } from "@/lib/client/queries/storages";
import { SettingsPage } from "../settings-page";
import { AddBucketForm } from "./add-bucket-form";
import { BucketRow } from "./bucket-row";

function Buckets() {
  const buckets = useQuery(storagesQuery());
  if (buckets.isError && !buckets.data)
    return (
      <ErrorState
        title="Can't load the buckets"
        message={errorText(buckets.error)}
        onRetry={() => void buckets.refetch()}
      />
    );
  if (!buckets.data) return <Skeleton className="h-24 rounded-lg" />;
  const { storages } = buckets.data;
  if (storages.length === 0)
    return (
      <p className="flex gap-3 rounded-lg border bg-card px-4 py-3 text-muted-foreground">
        <DatabaseIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
        No bucket of your own yet. Files lie with Workroom until you move a workspace to one.
      </p>
    );
  return (
    <ul className="divide-y rounded-lg border bg-card">
      {storages.map((storage) => (
        <BucketRow key={storage.id} storage={storage} />
      ))}
    </ul>
  );
}

/** Settings: the buckets in which workspaces may lie instead of with Workroom. For admins. */
export function StorageSettings() {
  return (
    <SettingsPage
      title="Storage"
      intro="Where the files of workspaces are kept: with Workroom, or in a bucket of your own."
    >
      <p className="flex gap-3 rounded-lg border bg-card px-4 py-3">
        <HardDriveIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
        <span>
          <span className="font-medium">Workroom’s storage</span>
          <span className="block text-muted-foreground">
            Nothing to set up. Every new workspace starts here.
          </span>
        </span>
      </p>
      <section aria-labelledby="buckets" className="flex flex-col gap-2">
        <h2 id="buckets" className="font-semibold">
          Your buckets
        </h2>
        <Buckets />
      </section>
      <section aria-labelledby="add-bucket" className="flex flex-col gap-4">
        <h2 id="add-bucket" className="font-semibold">
          Add a bucket
        </h2>
        <AddBucketForm />
      </section>
    </SettingsPage>
  );
}
