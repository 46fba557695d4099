"use client";
import {
  EllipsisIcon,
  GlobeIcon,
  MessageSquarePlusIcon,
  PanelRightOpenIcon,
  SunIcon,
} from "lucide-react";
import { MenuButton } from "@/components/app/menu-button";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { lazyMenu } from "@/components/ui/lazy-menu";
import { Spinner } from "@/components/ui/spinner";
import { Tooltip } from "@/components/ui/tooltip";
import { useRoomAccess } from "@/lib/client/room-access";
import type { WorkroomView } from "@/lib/protocol/views";
import type { RoomMenuProps } from "./room-menu-content";
import { RoomPeople } from "./room-people";
import { StateChip } from "./state-chip";
import { TitleField } from "./title-field";
import type { RoomActions } from "./use-room-actions";

const RoomMenu = lazyMenu<RoomMenuProps>(
  async () => (await import("./room-menu-content")).RoomMenuContent,
);

type RoomHeaderProps = {
  workroom: WorkroomView;
  actions: RoomActions;
  isWorkOpen: boolean;
  /** `undefined` while a chat is being made. */
  onNewChat: (() => void) | undefined;
  onOpenWork: () => void;
  onOpenWalls: () => void;
  onOpenPublish: () => void;
  onOpenShare: () => void;
  onDelete: () => void;
};

const isAsleep = ({ state, desiredState }: WorkroomView) =>
  (state === "sleeping" || state === "archived") && desiredState !== "active";

function WakeButton({ workroom, actions }: Pick<RoomHeaderProps, "workroom" | "actions">) {
  const { canEdit } = useRoomAccess();
  if (!isAsleep(workroom) || !canEdit) return null;
  return (
    <Button size="sm" disabled={actions.wake.isPending} onClick={() => actions.wake.mutate()}>
      {actions.wake.isPending ? <Spinner /> : <SunIcon aria-hidden />} Wake
    </Button>
  );
}

function NewChatButton({ onClick }: { onClick: RoomHeaderProps["onNewChat"] }) {
  return (
    <Tooltip label="New chat in this workroom">
      <Button
        variant="ghost"
        size="icon"
        aria-label="New chat"
        disabled={!onClick}
        onClick={onClick}
      >
        <MessageSquarePlusIcon aria-hidden />
      </Button>
    </Tooltip>
  );
}

/** Name, state and what can be done with the whole workroom. */
export function RoomHeader(props: RoomHeaderProps) {
  const { workroom, actions } = props;
  const { canEdit, canOwn } = useRoomAccess();
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1.5">
      <MenuButton />
      <TitleField workroom={workroom} />
      <div className="order-last flex w-full min-w-0 flex-wrap items-center gap-2 md:order-none md:w-auto">
        <StateChip workroom={workroom} onOpenWalls={props.onOpenWalls} />
        <WakeButton workroom={workroom} actions={actions} />
        {workroom.employee.isScripted && <Badge variant="warning">{workroom.employee.label}</Badge>}
      </div>
      <span className="hidden flex-1 md:block" />
      <RoomPeople workroom={workroom} onOpenShare={props.onOpenShare} />
      {canEdit && <NewChatButton onClick={props.onNewChat} />}
      {canOwn && (
        <Button variant="primary" size="sm" onClick={props.onOpenPublish}>
          <GlobeIcon aria-hidden /> Publish
        </Button>
      )}
      {canEdit && (
        <RoomMenu
          isAsleep={isAsleep(workroom)}
          onSleep={() => actions.sleep.mutate()}
          onWake={() => actions.wake.mutate()}
          onDelete={canOwn ? props.onDelete : undefined}
          renderTrigger={(triggers) => (
            <Button variant="ghost" size="icon" aria-label="More for this workroom" {...triggers}>
              <EllipsisIcon aria-hidden />
            </Button>
          )}
        />
      )}
      {!props.isWorkOpen && (
        <Button
          variant="ghost"
          size="icon"
          aria-label="Show the work"
          title="Show the work"
          className="hidden md:inline-flex"
          onClick={props.onOpenWork}
        >
          <PanelRightOpenIcon aria-hidden />
        </Button>
      )}
    </header>
  );
}
