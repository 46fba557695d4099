"use client";
import {
  useImperativeHandle,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
} from "react";
import { cn } from "@/lib/client/cn";
import { errorText } from "@/lib/client/api";
import { useDraftText } from "@/lib/client/use-draft-text";
import type { useUploads } from "@/lib/client/use-uploads";
import { ComposerActions } from "./composer-actions";
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
  uploads: ReturnType<typeof useUploads>;
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

const MAX_TEXT = 200_000;

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

  const attachments = uploads.uploads.flatMap(({ path }) => path ?? []);
  const isUploading = uploads.uploads.some(({ state }) => state === "sending");
  const canSend = !isUploading && (text.trim() !== "" || attachments.length > 0);
  const send = async () => {
    if (!canSend) return;
    await submit({ text: text.trim(), attachments });
    fieldRef.current?.focus();
  };
  const change = (next: string) => {
    setText(next);
    props.onFirstInput?.();
  };

  return (
    <div className={props.className}>
      <div className="rounded-xl border border-input bg-card shadow-xs transition-colors focus-within:border-ring focus-within:outline-1 focus-within:outline-ring">
        <UploadChips uploads={uploads} />
        <textarea
          ref={fieldRef}
          aria-label={props.label}
          placeholder={props.placeholder}
          value={text}
          rows={props.minRows ?? 1}
          maxLength={MAX_TEXT}
          readOnly={isSending}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- Writing is what this page is for.
          autoFocus={props.isAutoFocused}
          onChange={(event) => change(event.target.value)}
          onKeyDown={(event) => {
            if (!isPlainEnter(event)) return;
            event.preventDefault();
            void send();
          }}
          onPaste={(event) => pasteFiles(event, uploads.add)}
          className={cn(
            "field-sizing-content max-h-[40dvh] w-full resize-none bg-transparent px-3.5 pt-3 pb-1 text-base-app outline-none placeholder:text-muted-foreground",
            isSending && "text-muted-foreground",
          )}
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

/** While an input method composes a letter, Enter picks the letter. */
const isPlainEnter = (event: KeyboardEvent) =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;

function pasteFiles(event: ClipboardEvent, add: (files: File[]) => void): void {
  const files = [...event.clipboardData.files];
  if (files.length === 0) return;
  event.preventDefault();
  add(files);
}
