"use client";
import { ArrowUpIcon, ListPlusIcon, PaperclipIcon, SquareIcon } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";

type ComposerActionsProps = {
  canSend: boolean;
  isSending: boolean;
  onFiles: (files: File[]) => void;
  onSend: () => void;
  onStop: (() => void) | undefined;
  isStopping: boolean;
};

/** Add a file on the left; Send, or Stop in its place, on the right. */
export function ComposerActions(props: ComposerActionsProps) {
  const inputRef = useRef<HTMLInputElement>(null);
  return (
    <div className="flex items-center gap-2 px-2 pb-2">
      <input
        ref={inputRef}
        type="file"
        multiple
        aria-label="Files to add"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          props.onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button
        variant="ghost"
        size="icon"
        aria-label="Add files"
        onClick={() => inputRef.current?.click()}
      >
        <PaperclipIcon aria-hidden />
      </Button>
      <span className="flex-1" />
      {props.onStop && props.canSend && (
        <Button variant="ghost" size="sm" onClick={props.onSend} disabled={props.isSending}>
          <ListPlusIcon aria-hidden /> Queue
        </Button>
      )}
      {props.onStop ? (
        <Button
          variant="primary"
          size="icon"
          aria-label="Stop"
          title="Stop what runs"
          disabled={props.isStopping}
          onClick={props.onStop}
        >
          {props.isStopping ? <Spinner /> : <SquareIcon aria-hidden className="fill-current" />}
        </Button>
      ) : (
        <Button
          variant="primary"
          size="icon"
          aria-label="Send"
          title="Send (Enter)"
          disabled={!props.canSend || props.isSending}
          onClick={props.onSend}
        >
          {props.isSending ? <Spinner /> : <ArrowUpIcon aria-hidden />}
        </Button>
      )}
    </div>
  );
}
