"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AppWindowIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { appKeys, appQuery, changeApp } from "@/lib/client/queries/apps";
import { useRoomAccess } from "@/lib/client/room-access";
import { showToast } from "@/lib/client/toast";
import type { AppView } from "@/lib/protocol/views";
import { useWork } from "../work/work-context";
import { AppLink } from "./app-link";
import { AudienceField } from "./audience-field";
import { PublishDialog } from "./publish-dialog";
import { RenameLink } from "./rename-link";
import { VersionList } from "./version-list";

/** The room's App: its link, who may open it, and its versions. */
export function AppPanel() {
  const { workroom } = useWork();
  const [isPublishing, setPublishing] = useState(false);
  return (
    <>
      <AppBody onPublish={() => setPublishing(true)} />
      {/* Outside of what changes with the first version, or the dialog would lose its place with it. */}
      <PublishDialog workroom={workroom} open={isPublishing} onOpenChange={setPublishing} />
    </>
  );
}

function AppBody({ onPublish }: { onPublish: () => void }) {
  const { workroom } = useWork();
  const { canOwn } = useRoomAccess();
  const app = useQuery(appQuery(workroom.id));
  if (app.isPending) return <AppSkeleton />;
  if (app.isError && app.data === undefined) {
    return (
      <ErrorState
        title="Can’t load the App"
        message={errorText(app.error)}
        onRetry={() => void app.refetch()}
        className="h-full"
      />
    );
  }
  if (!app.data) {
    return (
      <EmptyState
        icon={<AppWindowIcon aria-hidden />}
        title="Nothing is published yet"
        action={
          canOwn && (
            <Button variant="primary" onClick={onPublish}>
              Publish
            </Button>
          )
        }
      >
        Publishing gives a page or a folder a link of its own, private at first. It stays up while
        this workroom sleeps.
      </EmptyState>
    );
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-2xl flex-col gap-5 p-4">
        <AppLink app={app.data} />
        {canOwn && <RenameLink key={app.data.slug} app={app.data} />}
        {canOwn && <Audience app={app.data} />}
        <section aria-label="Versions" className="flex flex-col gap-2">
          <div className="flex items-center justify-between">
            <h2 className="text-sm font-medium">Versions</h2>
            {canOwn && (
              <Button size="sm" variant="primary" onClick={onPublish}>
                Publish again
              </Button>
            )}
          </div>
          <VersionList app={app.data} />
        </section>
      </div>
    </div>
  );
}

type Choice = { audience: AppView["audience"]; over: AppView };

function Audience({ app }: { app: AppView }) {
  const client = useQueryClient();
  // What was chosen holds until a newer view of the App is there; when the server refuses, the old choice comes back.
  // It is kept here, as the answer of a mutation or a query is told only after React has drawn the old choice again.
  const [choice, setChoice] = useState<Choice | null>(null);
  const change = useMutation({
    mutationFn: (audience: AppView["audience"]) => changeApp(app.id, { audience }),
    scope: { id: `audience:${app.id}` }, // One after the other: the last choice wins.
    onSuccess: (view) => client.setQueryData(appKeys.detail(app.workroomId), view),
    onError: (error) => {
      setChoice(null);
      showToast(errorText(error), { tone: "error" });
    },
  });
  const chosen = change.isPending ? change.variables : app.audience;
  return (
    <AudienceField
      value={choice?.over === app ? choice.audience : chosen}
      onChange={(audience) => {
        setChoice({ audience, over: app });
        change.mutate(audience);
      }}
    />
  );
}

const AppSkeleton = () => (
  <div className="mx-auto flex max-w-2xl flex-col gap-5 p-4">
    <Skeleton className="h-11" />
    <Skeleton className="h-28" />
    <Skeleton className="h-40" />
  </div>
);
