"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { countOf, formatBytes } from "@/lib/client/format";
import { appKeys, setLiveVersion } from "@/lib/client/queries/apps";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import { useRoomAccess } from "@/lib/client/room-access";
import { showToast } from "@/lib/client/toast";
import type { AppVersionView, AppView } from "@/lib/protocol/views";

/** Every version, the newest first; any of them can be made live at once. */
export function VersionList({ app }: { app: AppView }) {
  const client = useQueryClient();
  const live = app.versions.find((version) => version.isLive);
  const makeLive = useMutation({
    mutationFn: (version: AppVersionView) => setLiveVersion(app.id, version.id),
    onSuccess: (view, version) => {
      client.setQueryData(appKeys.detail(app.workroomId), view);
      const before = live;
      showToast(`Version ${version.number} is live`, {
        tone: "success",
        ...(before && {
          action: {
            label: `Back to ${before.number}`,
            onClick: () => makeLive.mutate(before),
          },
        }),
      });
    },
    onError: (error) => showToast(errorText(error), { tone: "error" }),
    onSettled: () =>
      client.invalidateQueries({ queryKey: workroomKeys.detail(app.workroomId), exact: true }),
  });
  return (
    <ul aria-label="Versions" className="divide-y rounded-lg border">
      {app.versions.map((version) => (
        <VersionRow
          key={version.id}
          version={version}
          isBusy={makeLive.isPending}
          isMoving={makeLive.isPending && makeLive.variables.id === version.id}
          onMakeLive={() => makeLive.mutate(version)}
        />
      ))}
    </ul>
  );
}

type VersionRowProps = {
  version: AppVersionView;
  isBusy: boolean;
  isMoving: boolean;
  onMakeLive: () => void;
};

function VersionRow({ version, isBusy, isMoving, onMakeLive }: VersionRowProps) {
  const titleId = useId();
  const { canOwn } = useRoomAccess();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 p-3">
      <div className="min-w-0 flex-1 basis-48">
        <p id={titleId} className="flex items-center gap-2 text-sm font-medium">
          Version {version.number}
          {version.isLive && <Badge variant="success">Live</Badge>}
        </p>
        {version.note && <p className="text-sm break-words">{version.note}</p>}
        <p className="text-[0.8125rem] break-words text-muted-foreground">
          {version.publishedBy.name}, <RelativeTime at={version.publishedAt} />,{" "}
          {countOf(version.fileCount, "file")}, {formatBytes(version.totalBytes)}, from{" "}
          {version.sourcePath || "the whole workroom"}
        </p>
      </div>
      {!version.isLive && canOwn && (
        <Button size="sm" disabled={isBusy} aria-describedby={titleId} onClick={onMakeLive}>
          {isMoving && <Spinner />} Make live
        </Button>
      )}
    </li>
  );
}
