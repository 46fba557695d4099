"use client";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { ChatPanel } from "@/components/chat/chat-panel";
import type { ShowWork } from "@/components/chat/chat-timeline";
import { useOpenChat } from "@/components/chat/use-open-chat";
import type { ComposerHandle } from "@/components/composer/composer";
import { Skeleton } from "@/components/ui/skeleton";
import { openWorkTab } from "@/components/work/work-tab-store";
import { useIsPhone } from "@/lib/client/use-is-phone";
import { useTabState } from "@/lib/client/use-tab-state";
import type { WorkroomView } from "@/lib/protocol/views";
import { RoomAccessProvider } from "./room-access-provider";
import { RoomBanners } from "./room-banners";
import { RoomDialogs, type RoomDialog } from "./room-dialogs";
import { RoomHeader } from "./room-header";
import { DeskLayout, PhoneLayout, type PhonePage } from "./room-layout";
import { useRoomActions } from "./use-room-actions";
import { useWorkOpen } from "./use-work-open";

const WorkPanel = dynamic(async () => (await import("@/components/work/work-panel")).WorkPanel, {
  ssr: false,
  loading: () => <Skeleton className="m-3 h-8" />,
});

type RoomProps = { workroom: WorkroomView; orgSlug: string };

/** What of the room is in sight: the right side, the page of a phone, a dialog. */
function useRoomView(workroomId: string) {
  const [isWorkOpen, setWorkOpen] = useWorkOpen();
  const [page, setPage] = useState<PhonePage>("chat");
  const [dialog, setDialog] = useState<RoomDialog | null>(null);
  const composerRef = useRef<ComposerHandle>(null);
  const write = (text: string) => {
    setPage("chat");
    composerRef.current?.insert(text);
  };
  const showWork: ShowWork = (tab, path) => {
    setWorkOpen(true);
    setPage("work");
    openWorkTab(workroomId, tab, path);
  };
  return {
    isWorkOpen,
    setWorkOpen,
    page,
    setPage,
    dialog,
    setDialog,
    composerRef,
    write,
    showWork,
  };
}

/** Chat on the left, the work on the right, and what concerns the whole room above both. */
export function Room({ workroom, orgSlug }: RoomProps) {
  const isPhone = useIsPhone();
  const view = useRoomView(workroom.id);
  const { isWorkOpen, setWorkOpen, setDialog, write } = view;
  const actions = useRoomActions(workroom, orgSlug);
  const openChat = useOpenChat(workroom);
  useTabState(workroom);

  const newChat = () => {
    view.setPage("chat");
    openChat.create();
  };
  const chat = (
    <ChatPanel
      workroom={workroom}
      openChat={openChat}
      composerRef={view.composerRef}
      onWrite={write}
      onShowWork={view.showWork}
    />
  );
  const work = (
    <WorkPanel workroom={workroom} onAskEmployee={write} onClose={() => setWorkOpen(false)} />
  );
  return (
    <RoomAccessProvider workroom={workroom}>
      <div className="flex min-h-0 flex-1 flex-col">
        <RoomHeader
          workroom={workroom}
          actions={actions}
          isWorkOpen={isWorkOpen}
          onNewChat={openChat.isCreating ? undefined : newChat}
          onOpenWork={() => setWorkOpen(true)}
          onOpenWalls={() => setDialog("walls")}
          onOpenPublish={() => setDialog("publish")}
          onOpenShare={() => setDialog("share")}
          onDelete={() => setDialog("delete")}
        />
        <RoomBanners workroom={workroom} actions={actions} />
        {isPhone ? (
          <PhoneLayout
            page={view.page}
            onPage={view.setPage}
            chat={chat}
            work={<WorkPanel workroom={workroom} onAskEmployee={write} />}
          />
        ) : (
          <DeskLayout chat={chat} work={isWorkOpen && work} />
        )}
        <RoomDialogs
          workroom={workroom}
          actions={actions}
          dialog={view.dialog}
          onClose={() => setDialog(null)}
        />
      </div>
    </RoomAccessProvider>
  );
}
