"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheckIcon, PackageIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { appQuery, publishCandidatesQuery } from "@/lib/client/queries/apps";
import type { AppView, WorkroomView } from "@/lib/protocol/views";
import { SavedLine } from "../work/saved-line";
import { openWorkTab } from "../work/work-tab-store";
import { AppLink } from "./app-link";
import { PublishForm } from "./publish-form";
import { usePublish } from "./use-publish";

const LazyQrCode = dynamic(async () => (await import("./qr-code")).QrCode, {
  ssr: false,
  loading: () => <Skeleton className="size-40" />,
});

type PublishDialogProps = {
  workroom: WorkroomView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** From files to a link: what, for whom, under which name; then the link. */
export function PublishDialog({ workroom, open, onOpenChange }: PublishDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Publish"
        description="Makes a copy of the files under a link of its own. Later changes in the workroom don’t touch it until you publish again."
      >
        <PublishBody workroom={workroom} onClose={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

type PublishBodyProps = { workroom: WorkroomView; onClose: () => void };

function PublishBody({ workroom, onClose }: PublishBodyProps) {
  const app = useQuery(appQuery(workroom.id));
  const candidates = useQuery({ ...publishCandidatesQuery(workroom.id), staleTime: 0 });
  const publish = usePublish(workroom.id);
  if (publish.isSuccess) {
    return <Published workroomId={workroom.id} app={publish.data} onClose={onClose} />;
  }
  // Fresh candidates only: the files may have changed since the dialog was last open.
  if (app.isPending || candidates.isPending) return <FormSkeleton />;
  const failed = [app, candidates].find((query) => query.isError && query.data === undefined);
  if (failed) {
    return (
      <ErrorState
        title="Can’t look for something to publish"
        message={errorText(failed.error)}
        onRetry={() => void failed.refetch()}
      />
    );
  }
  if (!candidates.data || candidates.data.candidates.length === 0) {
    return (
      <>
        <SavedLine workroom={workroom} savedAt={candidates.data?.savedAt ?? null}>
          More may show up when the turn ends.
        </SavedLine>
        <EmptyState icon={<PackageIcon aria-hidden />} title="Nothing to publish yet">
          Ask for a page or a dashboard. An HTML file in <code>output/</code>, or a folder with an
          index.html, can be published.
        </EmptyState>
      </>
    );
  }
  return (
    <PublishForm
      workroom={workroom}
      app={app.data ?? null}
      offer={candidates.data}
      isPending={publish.isPending}
      error={publish.error}
      onPublish={(wish) => publish.mutate(wish)}
    />
  );
}

type PublishedProps = { workroomId: string; app: AppView; onClose: () => void };

function Published({ workroomId, app, onClose }: PublishedProps) {
  // No other device can reach a name below .localhost: a picture of it would only disappoint.
  const isLocal = new URL(app.url).hostname.endsWith(".localhost");
  const version = app.versions.find((candidate) => candidate.isLive) ?? app.versions[0];
  return (
    <div className="flex flex-col gap-4">
      <output className="flex items-center gap-2 font-medium">
        <CircleCheckIcon aria-hidden className="size-5 text-success" />
        Version {version?.number} is live
      </output>
      <AppLink app={app} />
      <div className="flex items-start gap-4">
        {!isLocal && <LazyQrCode url={app.url} />}
        <p className="text-sm text-muted-foreground">
          {app.audience === "public"
            ? "Anyone with the link can open it. "
            : "Members who can see this workroom can open it; they sign in first. "}
          {isLocal
            ? "This installation’s links work on this computer only, until it has an address of its own."
            : "A phone’s camera opens the link from the picture."}
        </p>
      </div>
      <div className="flex flex-col-reverse gap-2 md:flex-row md:justify-end">
        <Button
          onClick={() => {
            openWorkTab(workroomId, "app");
            onClose();
          }}
        >
          Show versions
        </Button>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

const FormSkeleton = () => (
  <div className="flex flex-col gap-4">
    <Skeleton className="h-28" />
    <Skeleton className="h-14" />
    <Skeleton className="h-28" />
    <Skeleton className="h-9" />
  </div>
);
