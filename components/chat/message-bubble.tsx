"use client";
import { PaperclipIcon } from "lucide-react";
import { memo, useState } from "react";
import { exactTime } from "@/lib/client/format";
import type { MessageView } from "@/lib/protocol/views";

const LONG_TEXT = 4_000;
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

type MessageBubbleProps = {
  message: MessageView;
  isMine: boolean;
  onOpenFile: (path: string) => void;
};

function MessageText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > LONG_TEXT;
  return (
    <>
      <p className="break-words whitespace-pre-wrap">
        {isCut ? `${text.slice(0, LONG_TEXT)}…` : text}
      </p>
      {text.length > LONG_TEXT && (
        <button
          type="button"
          className="min-h-6 touch-target text-[0.8125rem] text-primary hover:underline"
          onClick={() => setWhole(!isWhole)}
        >
          {isCut ? "Show the whole message" : "Show less"}
        </button>
      )}
    </>
  );
}

/** What a person has said. */
export const MessageBubble = memo(function MessageBubble(props: MessageBubbleProps) {
  const { message, isMine, onOpenFile } = props;
  return (
    <article
      aria-label={`${message.author.name} wrote`}
      title={exactTime(message.createdAt)}
      className="ml-auto flex max-w-[85%] flex-col gap-2 rounded-xl rounded-br-sm bg-muted px-3.5 py-2.5"
    >
      {!isMine && (
        <p className="text-xs font-medium text-muted-foreground">{message.author.name}</p>
      )}
      {message.text !== "" && <MessageText text={message.text} />}
      {message.attachments.length > 0 && (
        <ul aria-label="Files" className="flex flex-wrap gap-1.5">
          {message.attachments.map((path) => (
            <li key={path}>
              <button
                type="button"
                onClick={() => onOpenFile(path)}
                className="flex min-h-7 touch-target items-center gap-1.5 rounded-md border bg-background px-2 text-[0.8125rem] transition-colors hover:bg-hover"
              >
                <PaperclipIcon aria-hidden className="size-3.5 text-muted-foreground" />
                {nameOf(path)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
});
