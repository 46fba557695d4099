"use client";
import { SearchIcon, XIcon } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";

type FindBoxProps = {
  ref: Ref<HTMLInputElement>;
  text: string;
  onText: (text: string) => void;
  /** The key that goes from the box into the results. */
  onDown: () => void;
};

/** Where a person types what to look for: a file's name, or a text in the files. */
export function FindBox({ ref, text, onText, onDown }: FindBoxProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && text !== "") onText("");
    else if (event.key === "ArrowDown") onDown();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative shrink-0 border-b p-1.5">
      <SearchIcon
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3.5 size-3.5 -translate-y-1/2 text-muted-foreground"
      />
      <input
        ref={ref}
        type="search"
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder="Find files or text"
        aria-label="Find files or text"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        className="h-8 w-full rounded-md border bg-transparent pr-8 pl-7 text-sm outline-none placeholder:text-muted-foreground focus-visible:ring-2 focus-visible:ring-ring/50 pointer-coarse:h-10 [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => onText("")}
          className="absolute top-1/2 right-2.5 flex size-6 -translate-y-1/2 items-center justify-center rounded text-muted-foreground hover:text-foreground"
        >
          <XIcon aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
