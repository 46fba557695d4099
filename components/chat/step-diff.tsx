"use client";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/client/cn";
import type { StepDiff as Diff } from "@/lib/client/chat/chat-state";
import { countSigns, type DiffLine, listDiffLines } from "./diff-lines";

const FOLDED_LINES = 6;

const lineClasses: Record<DiffLine["sign"], string> = {
  "+": "bg-success-muted",
  "-": "bg-danger-muted",
  " ": "",
  "…": "text-muted-foreground",
};

function Line({ line }: { line: DiffLine }) {
  return (
    <div className={cn("flex min-w-max px-3", lineClasses[line.sign])}>
      <span aria-hidden className="w-4 shrink-0 text-muted-foreground select-none">
        {line.sign}
      </span>
      {line.sign !== " " && (
        <span className="sr-only">{line.sign === "+" ? "added" : "removed"}</span>
      )}
      <span className="whitespace-pre">{line.text || " "}</span>
    </div>
  );
}

type StepDiffProps = { diff: Diff; onOpenChanges: () => void };

/** One edited file, its first changed lines at once and the rest one click away. */
export function StepDiff({ diff, onOpenChanges }: StepDiffProps) {
  const [isFolded, setFolded] = useState(true);
  const lines = useMemo(() => listDiffLines(diff.before ?? "", diff.after), [diff]);
  if (!lines)
    return (
      <Button variant="link" size="sm" onClick={onOpenChanges}>
        Too large to show here: open Changes
      </Button>
    );
  if (lines.length === 0) return null;
  const { added, removed } = countSigns(lines);
  const shown = isFolded ? lines.slice(0, FOLDED_LINES) : lines;
  return (
    <div className="overflow-hidden rounded-md border bg-card text-xs">
      <p className="flex gap-2 border-b px-3 py-1 tabular-nums">
        <span className="min-w-0 flex-1 truncate font-mono">
          {diff.path.replace("/workspace/", "")}
        </span>
        <span className="text-success">+{added}</span>
        {removed > 0 && <span className="text-danger">−{removed}</span>}
      </p>
      <div
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- A fieldset is for forms.
        role="group"
        aria-label={`Changes of ${diff.path}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- It scrolls, by keyboard too.
        tabIndex={0}
        className="max-h-96 overflow-auto py-1 font-mono leading-5"
      >
        {shown.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </div>
      {lines.length > FOLDED_LINES && (
        <button
          type="button"
          onClick={() => setFolded(!isFolded)}
          className="h-8 w-full touch-target border-t text-muted-foreground transition-colors hover:bg-hover hover:text-foreground"
        >
          {isFolded ? `Show all ${lines.length} lines` : "Show less"}
        </button>
      )}
    </div>
  );
}
