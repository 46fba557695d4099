"use client";
import { useRoomAccess } from "@/lib/client/room-access";
import { AsleepBar } from "../work/asleep-bar";
import { useWork } from "../work/work-context";
import { openWorkTab, useOpenRequest } from "../work/work-tab-store";
import { FilesPanel } from "./files-panel";
import { SavedAgo } from "./saved-ago";

/** The files of the workroom that is open, as a tab of its work panel. */
export function RoomFiles({ isVisible }: { isVisible: boolean }) {
  const { workroom, askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  const request = useOpenRequest(workroom.id, "files");
  return (
    <div className="flex h-full flex-col">
      <AsleepBar>The workroom is asleep. Files can be read and changed all the same.</AsleepBar>
      <div className="min-h-0 flex-1">
        <FilesPanel
          workspaceId={workroom.id}
          canEdit={canEdit}
          isBusy={isVisible && workroom.isWorking}
          askEmployee={askEmployee}
          openPreview={(path) => openWorkTab(workroom.id, "preview", path)}
          request={request}
        />
      </div>
      {workroom.savedAt ? <SavedAgo at={workroom.savedAt} /> : null}
    </div>
  );
}
