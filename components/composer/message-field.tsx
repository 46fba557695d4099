import type { ClipboardEvent, ComponentProps, KeyboardEvent } from "react";
import { cn } from "@/lib/client/cn";

const MAX_TEXT = 200_000;

type MessageFieldProps = ComponentProps<"textarea"> & {
  onText: (text: string) => void;
  /** Enter alone; with Shift it makes a new line. */
  onEnter: () => void;
  onFiles: (files: File[]) => void;
};

/** While an input method composes a letter, Enter picks the letter. */
const isPlainEnter = (event: KeyboardEvent) =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;

/** The field of a composer: it grows with its text, and files can be pasted into it. */
export function MessageField({ onText, onEnter, onFiles, rows = 1, ...props }: MessageFieldProps) {
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isPlainEnter(event)) return;
    event.preventDefault();
    onEnter();
  };
  return (
    <textarea
      maxLength={MAX_TEXT}
      // A field that is as tall as its text ignores `rows`; this is the least it has.
      style={{ minHeight: `calc(${rows}lh + 1rem)` }}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      className={cn(
        "field-sizing-content max-h-[40dvh] w-full resize-none bg-transparent px-3.5 pt-3 pb-1 text-base-app outline-none placeholder:text-muted-foreground",
        props.readOnly && "text-muted-foreground",
      )}
      {...props}
    />
  );
}
