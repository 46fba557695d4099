"use client";
import { SearchIcon } from "lucide-react";
import { useState } from "react";
import { Input } from "@/components/ui/input";

/**
 * Finds operations on the page. What it hides was made by the server and stays as it is, so the page needs no copy of
 * the whole document for its script.
 */
export function ApiSearch({ listId }: { listId: string }) {
  const [found, setFound] = useState<number | null>(null);
  const search = (text: string) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    const groups = document.querySelectorAll<HTMLElement>(`#${listId} [data-group]`);
    for (const group of groups) {
      let hasAny = false;
      for (const one of group.querySelectorAll<HTMLElement>("[data-search]")) {
        const isFitting = words.every((word) => one.dataset["search"]?.includes(word));
        one.hidden = !isFitting;
        if (isFitting) count += 1;
        hasAny ||= isFitting;
      }
      group.hidden = !hasAny;
    }
    setFound(words.length === 0 ? null : count);
  };
  return (
    <div className="flex flex-col gap-1">
      <div className="relative">
        <SearchIcon
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
        />
        <Input
          type="search"
          aria-label="Search operations"
          placeholder="Search operations"
          className="pl-9"
          onChange={(event) => search(event.currentTarget.value)}
        />
      </div>
      <output className="min-h-5 text-[0.8125rem] text-muted-foreground">
        {found === 0 && "Nothing found."}
        {found !== null && found > 0 && `${found} found.`}
      </output>
    </div>
  );
}
