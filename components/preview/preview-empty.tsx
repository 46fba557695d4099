"use client";
import { MonitorPlayIcon, UnplugIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { useRoomAccess } from "@/lib/client/room-access";
import { useWork } from "../work/work-context";
import { openWorkTab } from "../work/work-tab-store";
import { type PreviewSource, sourceLabel } from "./preview-source";

export function NothingToPreview() {
  const { workroom, askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  if (workroom.isWorking) {
    return (
      <EmptyState icon={<Spinner className="size-6" />} title="Nothing to see yet">
        <span aria-live="polite">
          Your employee is working. A page or a server shows up here by itself.
        </span>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<MonitorPlayIcon aria-hidden />}
      title="Nothing to preview yet"
      action={
        canEdit && (
          <Button
            variant="primary"
            onClick={() => askEmployee("Build a small web page in output/ that shows ")}
          >
            Ask for a page
          </Button>
        )
      }
    >
      Ask for a dashboard, a page or an app. HTML files in <code>output/</code> and servers that run
      in the workroom show up here by themselves.
    </EmptyState>
  );
}

type ServerIsGoneProps = {
  source: PreviewSource;
  sources: readonly PreviewSource[];
  onChoose: (source: PreviewSource) => void;
};

export function ServerIsGone({ source, sources, onChoose }: ServerIsGoneProps) {
  const { workroom, askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  const other = sources.find((candidate) => candidate.key !== source.key);
  const port = source.kind === "port" ? source.port : null;
  return (
    <div className="min-h-0 flex-1">
      <EmptyState
        icon={<UnplugIcon aria-hidden />}
        title={`Nothing answers on port ${port}`}
        action={
          <>
            {canEdit && (
              <Button
                variant="primary"
                onClick={() =>
                  askEmployee(`The server on port ${port} does not answer. Please start it again.`)
                }
              >
                Ask to fix it
              </Button>
            )}
            {other && <Button onClick={() => onChoose(other)}>Show {sourceLabel(other)}</Button>}
            {canEdit && (
              <Button onClick={() => openWorkTab(workroom.id, "terminal")}>
                Open the terminal
              </Button>
            )}
          </>
        }
      >
        The server stopped or is still starting. As soon as it listens again, it shows up here.
      </EmptyState>
    </div>
  );
}
