"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { ConnectionLine } from "@/components/app/connection-line";
import { Composer, type ComposerHandle } from "@/components/composer/composer";
import { DropOverlay } from "@/components/composer/drop-overlay";
import { OutboxRows } from "@/components/composer/outbox-rows";
import { QueueRows } from "@/components/composer/queue-rows";
import { useFileDrop } from "@/components/composer/use-file-drop";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import type { ChatState } from "@/lib/client/chat/chat-state";
import { useChat } from "@/lib/client/chat/use-chat";
import { stopTurn } from "@/lib/client/queries/chats";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { useRoomAccess } from "@/lib/client/room-access";
import { showToast } from "@/lib/client/toast";
import { useOutbox } from "@/lib/client/use-outbox";
import { useAttachments } from "@/lib/client/uploads/use-attachments";
import type { WorkroomView } from "@/lib/protocol/views";
import { ChatSwitcher } from "./chat-switcher";
import { ChatTimeline, type ShowWork } from "./chat-timeline";
import type { OpenChat } from "./use-open-chat";

type ChatPanelProps = {
  workroom: WorkroomView;
  openChat: OpenChat;
  composerRef: Ref<ComposerHandle>;
  onWrite: (text: string) => void;
  onShowWork: ShowWork;
};

function ChatSkeleton() {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-6 px-4 py-6" aria-busy="true">
      <Skeleton className="ml-auto h-12 w-2/3" />
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-28" />
      <Skeleton className="h-5 w-3/4" />
      <p className="sr-only">Loading the chat…</p>
    </div>
  );
}

function NothingSaid({ employee }: Pick<WorkroomView, "employee">) {
  return (
    <EmptyState title="Nothing said yet" className="flex-1">
      Say what you want, or drop a file.{" "}
      {employee.isScripted ? "The demo employee (scripted, no AI)" : employee.label} answers here.
    </EmptyState>
  );
}

/** Stands where a message is written for those who may not write one. */
const LookOnly = ({ children }: { children: string }) => (
  <p className="rounded-lg border bg-muted px-3 py-2.5 text-sm text-muted-foreground">{children}</p>
);

function useStop(chatId: string, chat: ChatState) {
  const stop = useMutation({
    mutationFn: () => stopTurn(chatId),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  const isRunning = chat.runningTurnId !== null;
  return { onStop: isRunning ? () => stop.mutate() : undefined, isStopping: stop.isPending };
}

/** The middle of a workroom: which chat is open, what was said and done in it, and where to say more. */
export function ChatPanel(props: ChatPanelProps) {
  const { chats, chatId, open } = props.openChat;
  return (
    <div className="flex h-full min-h-0 min-w-0 flex-col">
      {chats.length > 1 && <ChatSwitcher chats={chats} chatId={chatId} onOpen={open} />}
      <ChatOfRoom key={chatId} chatId={chatId} {...props} />
    </div>
  );
}

function ChatOfRoom(props: ChatPanelProps & { chatId: string }) {
  const { workroom, chatId, composerRef, onWrite, onShowWork } = props;
  const { data: viewer } = useQuery(viewerQuery());
  const viewerId = viewer?.user.id ?? "";
  const { chat, status, error, retry } = useChat(workroom.id, chatId);
  const outbox = useOutbox(chatId);
  const uploads = useAttachments({
    openRoom: () => Promise.resolve(workroom.id),
    maxBytes: viewer?.maxUploadBytes,
  });
  const { canEdit, reason } = useRoomAccess();
  const drop = useFileDrop(uploads.add);
  const { onStop, isStopping } = useStop(chatId, chat);
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col" {...(canEdit && drop.dropProps)}>
      {canEdit && drop.isOver && <DropOverlay />}
      {status === "loading" && <ChatSkeleton />}
      {status === "failed" && (
        <ErrorState
          title="Can't load this chat"
          message={error ?? ""}
          onRetry={retry}
          className="flex-1"
        />
      )}
      {status === "ready" && (
        <ChatTimeline
          chat={chat}
          viewerId={viewerId}
          onWrite={onWrite}
          onShowWork={onShowWork}
          empty={<NothingSaid employee={workroom.employee} />}
        />
      )}
      <div className="mx-auto flex w-full max-w-3xl flex-col gap-2 px-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <ConnectionLine />
        <OutboxRows outbox={outbox} onEdit={onWrite} />
        <QueueRows
          queue={chat.queue}
          viewerId={viewerId}
          isRunning={chat.runningTurnId !== null}
          onWrite={onWrite}
        />
        {canEdit ? (
          <Composer
            ref={composerRef}
            draftKey={`workroom.text.${chatId}`}
            label="Message"
            placeholder={chat.runningTurnId ? "Say what comes next" : "Say what you want"}
            uploads={uploads}
            onSubmit={async ({ text, attachments }) => outbox.send(text, attachments)}
            onStop={onStop}
            isStopping={isStopping}
          />
        ) : (
          <LookOnly>{reason}</LookOnly>
        )}
      </div>
    </div>
  );
}
