"use client";
import { ArrowDownIcon } from "lucide-react";
import { useCallback, useEffect, useRef, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import type { ChatItem, ChatState } from "@/lib/client/chat/chat-state";
import { ChatAnnouncer } from "./chat-announcer";
import { MessageBubble } from "./message-bubble";
import { ProfileCard } from "./profile-card";
import { NoticeLine, TurnBlock } from "./turn-block";
import { useRecentItems } from "./use-recent-items";
import { useStickToEnd } from "./use-stick-to-end";

export type ShowWork = (tab: "changes" | "files", path?: string) => void;

type ChatTimelineProps = {
  chat: ChatState;
  viewerId: string;
  /** Puts text where a person writes. */
  onWrite: (text: string) => void;
  /** Shows the changes, or one file, on the right. */
  onShowWork: ShowWork;
  /** What to show when nothing was said yet. */
  empty: ReactNode;
};

/** Call-backs that stay the same while the chat grows, so that a finished turn is not drawn again with each chunk. */
function useItemActions({ chat, onWrite, onShowWork }: ChatTimelineProps) {
  const latest = useRef({ chat, onWrite, onShowWork });
  useEffect(() => {
    latest.current = { chat, onWrite, onShowWork };
  });
  const openChanges = useCallback(() => latest.current.onShowWork("changes"), []);
  const openFile = useCallback((path: string) => latest.current.onShowWork("files", path), []);
  const writeAgain = useCallback((messageId: string) => {
    const item = latest.current.chat.items.find(({ id }) => id === messageId);
    if (item?.kind === "message") latest.current.onWrite(item.message.text);
  }, []);
  return { openChanges, openFile, writeAgain };
}

/** The chat from its oldest drawn item to its newest; stays at the end unless the person reads further up. */
export function ChatTimeline(props: ChatTimelineProps) {
  const { chat, viewerId, onWrite, empty } = props;
  const { scrollerRef, contentRef, isAway, jump } = useStickToEnd();
  const { shown, hasMore, topRef } = useRecentItems(chat.items, scrollerRef);
  const actions = useItemActions(props);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollerRef}
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <div
          ref={contentRef}
          role="log"
          aria-live="off"
          aria-label="Chat"
          className="mx-auto flex min-h-full w-full max-w-3xl flex-col gap-6 px-4 py-6"
        >
          {hasMore && <div ref={topRef} className="h-px" />}
          {shown.length === 0 && empty}
          {shown.map((item) => (
            <div
              key={item.id}
              className="[contain-intrinsic-size:auto_12rem] [content-visibility:auto] first:[content-visibility:visible]"
            >
              <TimelineItem
                item={item}
                isLast={item === chat.items.at(-1)}
                viewerId={viewerId}
                onWrite={onWrite}
                actions={actions}
              />
            </div>
          ))}
        </div>
      </div>
      <ChatAnnouncer chat={chat} />
      {isAway && (
        <Button
          size="sm"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-md"
          onClick={jump}
        >
          <ArrowDownIcon aria-hidden /> Jump to latest
        </Button>
      )}
    </div>
  );
}

type TimelineItemProps = Pick<ChatTimelineProps, "viewerId" | "onWrite"> & {
  item: ChatItem;
  isLast: boolean;
  actions: ReturnType<typeof useItemActions>;
};

function TimelineItem({ item, isLast, viewerId, onWrite, actions }: TimelineItemProps) {
  switch (item.kind) {
    case "message": {
      const isMine = item.message.author.id === viewerId;
      return <MessageBubble message={item.message} isMine={isMine} onOpenFile={actions.openFile} />;
    }
    case "turn":
      return (
        <TurnBlock
          turn={item.turn}
          onOpenChanges={actions.openChanges}
          onWriteAgain={actions.writeAgain}
        />
      );
    case "profile":
      return <ProfileCard profile={item.profile} onPick={onWrite} isFolded={!isLast} />;
    case "notice":
      return <NoticeLine level={item.level} text={item.text} />;
  }
}
