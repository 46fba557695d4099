"use client";
import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { errorText } from "@/lib/client/api";
import { useDraftText } from "@/lib/client/use-draft-text";
import { isUnderWay } from "@/lib/client/uploads/upload-batch";
import type { Attachments } from "@/lib/client/uploads/use-attachments";
import { ComposerActions } from "./composer-actions";
import { MessageField } from "./message-field";
import { UploadChips } from "./upload-chips";

export type ComposerHandle = {
  /** Puts text where a person writes, after what is there, and goes there. */
  insert: (text: string) => void;
};

export type WrittenMessage = { text: string; attachments: string[] };

type ComposerProps = {
  ref?: Ref<ComposerHandle>;
  /** Names the kept draft in this browser. */
  draftKey: string;
  label: string;
  placeholder: string;
  uploads: Attachments;
  /** Resolved: sent, and the field is emptied. Rejected: the text stays and the reason is shown. */
  onSubmit: (message: WrittenMessage) => Promise<void>;
  onFirstInput?: () => void;
  /** A turn runs: Stop takes the place of Send, and what is sent waits in the queue. */
  onStop?: (() => void) | undefined;
  isStopping?: boolean;
  isAutoFocused?: boolean;
  minRows?: number;
  className?: string;
};

/** One send at a time. What was not sent is still in the field, with the reason under it. */
function useSubmit(onSubmit: ComposerProps["onSubmit"], onSent: () => void) {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (message: WrittenMessage) => {
    if (isSending) return;
    setSending(true);
    setError(null);
    try {
      await onSubmit(message);
      onSent();
    } catch (failure) {
      setError(errorText(failure));
    }
    setSending(false);
  };
  return { isSending, error, submit };
}

/** Where a message is written. Enter sends, Shift and Enter makes a new line; files can be pasted. */
export function Composer({ ref, uploads, ...props }: ComposerProps) {
  const [text, setText] = useDraftText(props.draftKey);
  const fieldRef = useRef<HTMLTextAreaElement>(null);
  const { isSending, error, submit } = useSubmit(props.onSubmit, () => {
    setText("");
    uploads.clear();
  });
  useImperativeHandle(ref, () => ({
    insert: (addition) => {
      setText(text.trim() === "" ? addition : `${text.trimEnd()}\n${addition}`);
      fieldRef.current?.focus();
    },
  }));

  const attachments = uploads.uploads.flatMap(({ state, path }) => (state === "done" ? path : []));
  const isUploading = uploads.uploads.some(isUnderWay);
  const canSend = !isUploading && (text.trim() !== "" || attachments.length > 0);
  const send = async () => {
    if (!canSend) return;
    await submit({ text: text.trim(), attachments });
    fieldRef.current?.focus();
  };

  return (
    <div className={props.className}>
      <div className="rounded-xl border border-input bg-card shadow-xs transition-colors focus-within:border-ring focus-within:outline-1 focus-within:outline-ring">
        <UploadChips uploads={uploads} />
        <MessageField
          ref={fieldRef}
          aria-label={props.label}
          placeholder={props.placeholder}
          value={text}
          rows={props.minRows ?? 1}
          readOnly={isSending}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- Writing is what this page is for.
          autoFocus={props.isAutoFocused}
          onText={(next) => {
            setText(next);
            props.onFirstInput?.();
          }}
          onEnter={() => void send()}
          onFiles={uploads.add}
        />
        <ComposerActions
          canSend={canSend}
          isSending={isSending}
          onFiles={uploads.add}
          onSend={() => void send()}
          onStop={props.onStop}
          isStopping={props.isStopping ?? false}
        />
      </div>
      <div role="alert">
        {error && <p className="px-1 pt-2 text-sm text-danger">{error} Your text is still here.</p>}
      </div>
    </div>
  );
}
