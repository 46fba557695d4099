"use client";
import { useMutation } from "@tanstack/react-query";
import { CheckIcon, ClockIcon, PencilIcon, XIcon } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/textarea";
import { errorText } from "@/lib/client/api";
import { editMessage, removeMessage } from "@/lib/client/queries/chats";
import { useActingAs } from "@/lib/client/room-access";
import type { MessageView } from "@/lib/protocol/views";

type EditFormProps = {
  message: MessageView;
  onDone: () => void;
  /** The message was sent before the edit was saved: what the person wrote must not be lost. */
  onTooLate: (text: string) => void;
};

function EditForm({ message, onDone, onTooLate }: EditFormProps) {
  const unsaved = useRef<string | null>(null);
  const latest = useRef(onTooLate);
  useEffect(() => {
    latest.current = onTooLate;
  });
  useEffect(
    () => () => {
      if (unsaved.current !== null) latest.current(unsaved.current);
    },
    [],
  );
  const finish = () => {
    unsaved.current = null;
    onDone();
  };
  const edit = useMutation({
    mutationFn: (text: string) => editMessage(message.chatId, message.id, text),
    onSuccess: finish,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (text !== "") edit.mutate(text);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Textarea
        name="text"
        aria-label="Queued message"
        defaultValue={message.text}
        maxLength={200_000}
        className="max-h-40"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- The person has just asked to edit it.
        autoFocus
        onKeyDown={(event) => event.key === "Escape" && finish()}
        onChange={(event) => {
          unsaved.current = event.target.value;
        }}
      />
      {edit.isError && (
        <p role="alert" className="text-sm text-danger">
          {errorText(edit.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={finish}>
          Cancel
        </Button>
        <Button type="submit" size="sm" disabled={edit.isPending}>
          <CheckIcon aria-hidden /> Save
        </Button>
      </div>
    </form>
  );
}

type QueueRowProps = { message: MessageView; isMine: boolean; onWrite: (text: string) => void };

function QueueRow({ message, isMine, onWrite }: QueueRowProps) {
  const [isEditing, setEditing] = useState(false);
  const remove = useMutation({ mutationFn: () => removeMessage(message.chatId, message.id) });
  if (isEditing)
    return (
      <li className="rounded-lg border bg-card p-2">
        <EditForm message={message} onDone={() => setEditing(false)} onTooLate={onWrite} />
      </li>
    );
  return (
    <li className="flex items-center gap-2 rounded-lg border bg-card py-1 pr-1 pl-3 text-sm">
      <ClockIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <span className="min-w-0 flex-1 truncate">
        {!isMine && <span className="text-muted-foreground">{message.author.name}: </span>}
        {message.text || "Files"}
      </span>
      {remove.isError && (
        <span role="alert" className="text-danger">
          {errorText(remove.error)}
        </span>
      )}
      {isMine && (
        <>
          <Button
            variant="ghost"
            size="icon"
            aria-label="Edit this queued message"
            onClick={() => setEditing(true)}
          >
            <PencilIcon aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label="Remove this queued message"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <XIcon aria-hidden />
          </Button>
        </>
      )}
    </li>
  );
}

type QueueRowsProps = {
  queue: readonly MessageView[];
  viewerId: string;
  /** A turn of this chat runs. */
  isRunning: boolean;
  /** Puts text where a person writes. */
  onWrite: (text: string) => void;
};

/** What the first of the queue waits for: this chat's turn, somebody else's in another chat, or only its start. */
function useWaitWords(queue: readonly MessageView[], isRunning: boolean): string {
  const other = useActingAs();
  if (isRunning) return `Next, when this turn is over (${queue.length})`;
  const waits = other !== null && queue[0]?.author.id !== other.id;
  return waits
    ? `Waits for ${other.name}’s turn to end (${queue.length})`
    : `Next (${queue.length})`;
}

/** Messages that wait; each can still be changed or taken out by who wrote it. */
export function QueueRows({ queue, viewerId, isRunning, onWrite }: QueueRowsProps) {
  const words = useWaitWords(queue, isRunning);
  if (queue.length === 0) return null;
  return (
    <section aria-label="Queue" className="flex flex-col gap-1.5">
      <p className="text-xs font-medium text-muted-foreground">{words}</p>
      <ul className="flex max-h-48 flex-col gap-1.5 overflow-y-auto">
        {queue.map((message) => (
          <QueueRow
            key={message.id}
            message={message}
            isMine={message.author.id === viewerId}
            onWrite={onWrite}
          />
        ))}
      </ul>
    </section>
  );
}
