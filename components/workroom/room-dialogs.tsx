"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { WorkroomView } from "@/lib/protocol/views";
import type { RoomActions } from "./use-room-actions";

const WallsDialog = dynamic(
  async () => (await import("@/components/walls/walls-dialog")).WallsDialog,
  {
    ssr: false,
  },
);
const PublishDialog = dynamic(
  async () => (await import("@/components/publish/publish-dialog")).PublishDialog,
  { ssr: false },
);
const ConfirmDialog = dynamic(
  async () => (await import("@/components/ui/confirm-dialog")).ConfirmDialog,
  { ssr: false },
);

const ShareDialog = dynamic(async () => (await import("./share-dialog")).ShareDialog, {
  ssr: false,
});

export type RoomDialog = "walls" | "publish" | "share" | "delete";

type RoomDialogsProps = {
  workroom: WorkroomView;
  actions: RoomActions;
  dialog: RoomDialog | null;
  onClose: () => void;
};

/** The dialogs of a room; each is fetched when it is opened first and stays for its closing animation. */
export function RoomDialogs({ workroom, actions, dialog, onClose }: RoomDialogsProps) {
  const [opened, setOpened] = useState<ReadonlySet<RoomDialog>>(new Set());
  if (dialog && !opened.has(dialog)) setOpened(new Set(opened).add(dialog));
  const onOpenChange = (isOpen: boolean) => {
    if (!isOpen) onClose();
  };
  return (
    <>
      {opened.has("walls") && (
        <WallsDialog
          workroomId={workroom.id}
          open={dialog === "walls"}
          onOpenChange={onOpenChange}
        />
      )}
      {opened.has("publish") && (
        <PublishDialog
          workroom={workroom}
          open={dialog === "publish"}
          onOpenChange={onOpenChange}
        />
      )}
      {opened.has("share") && (
        <ShareDialog workroom={workroom} open={dialog === "share"} onOpenChange={onOpenChange} />
      )}
      {opened.has("delete") && (
        <ConfirmDialog
          open={dialog === "delete"}
          onOpenChange={onOpenChange}
          title={`Delete “${workroom.title}”?`}
          confirmLabel="Delete"
          isDanger
          isPending={actions.remove.isPending}
          onConfirm={() => actions.remove.mutate()}
        >
          Its files, its chat and its App go with it. This can&rsquo;t be undone.
        </ConfirmDialog>
      )}
    </>
  );
}
