"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import type { OutboxMessage, useOutbox } from "@/lib/client/use-outbox";

/** Most messages arrive before anybody could see that they were on their way. */
const SHOW_AFTER_MS = 600;

type RowProps = {
  message: OutboxMessage;
  onRetry: () => void;
  onEdit: () => void;
};

function OutboxRow({ message, onRetry, onEdit }: RowProps) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (message.state === "sending" && !isLate) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-card px-3 py-1.5 text-sm">
      <span className="min-w-0 flex-1 basis-40 truncate">{message.text || "Files"}</span>
      {message.state === "sending" ? (
        <span className="flex items-center gap-2 text-muted-foreground">
          <Spinner className="size-3.5" /> Sending…
        </span>
      ) : (
        <>
          <span role="alert" className="text-danger">
            Not sent. {message.error}
          </span>
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
          <Button variant="ghost" size="sm" onClick={onEdit}>
            Edit
          </Button>
        </>
      )}
    </li>
  );
}

type OutboxRowsProps = { outbox: ReturnType<typeof useOutbox>; onEdit: (text: string) => void };

/** What was sent and has not arrived yet. */
export function OutboxRows({ outbox, onEdit }: OutboxRowsProps) {
  if (outbox.messages.length === 0) return null;
  return (
    <ul aria-label="On the way" className="flex flex-col gap-1.5">
      {outbox.messages.map((message) => (
        <OutboxRow
          key={message.key}
          message={message}
          onRetry={() => outbox.retry(message)}
          onEdit={() => {
            outbox.drop(message.key);
            onEdit(message.text);
          }}
        />
      ))}
    </ul>
  );
}
