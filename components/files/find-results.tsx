"use client";
import { useQuery } from "@tanstack/react-query";
import { FileIcon, FolderIcon } from "lucide-react";
import { type KeyboardEvent, type Ref, useDeferredValue } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { findLinesQuery, findNamesQuery } from "@/lib/client/queries/find-files";
import type { FileOpResult } from "@/lib/protocol/file-ops";
import type { FileNode } from "@/lib/protocol/files";
import { useFiles } from "./files-context";
import { baseName, parentFolder } from "./tree-model";

/** Text of fewer letters is in nearly every file. */
const LEAST_LETTERS = 2;

type FindResultsProps = {
  ref: Ref<HTMLElement>;
  text: string;
  onOpen: (path: string) => void;
  onReveal: (path: string) => void;
};

/** What was found, names first, while the person types. The arrow keys go from one to the next. */
export function FindResults({ ref, text, onOpen, onReveal }: FindResultsProps) {
  const { workspaceId } = useFiles();
  const wanted = useDeferredValue(text.trim());
  const names = useQuery({ ...findNamesQuery(workspaceId, wanted), retry: false });
  const hasLines = wanted.length >= LEAST_LETTERS;
  const lines = useQuery({
    ...findLinesQuery(workspaceId, wanted),
    enabled: hasLines,
    retry: false,
  });
  const found = names.data?.nodes ?? [];
  const matches = hasLines ? (lines.data?.matches ?? []) : [];
  const isLooking = names.isFetching || (hasLines && lines.isFetching);
  const failure = names.error ?? lines.error;
  return (
    // The arrow keys are a way through the buttons inside, which are reached by Tab too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={ref}
      aria-label="Found"
      onKeyDown={moveFocus}
      className="min-h-0 flex-1 overflow-y-auto p-1.5 text-sm"
      aria-busy={isLooking}
    >
      {failure && <p className="p-2 text-danger">{errorText(failure)}</p>}
      {found.length > 0 && (
        <Group title={names.data?.nextCursor ? `First ${found.length} names` : "Names"}>
          {found.map((node) => (
            <NameFound key={node.path} node={node} onOpen={onOpen} onReveal={onReveal} />
          ))}
        </Group>
      )}
      {matches.length > 0 && (
        <Group title={lines.data?.isTruncated ? "First lines in the text" : "In the text"}>
          {matches.map((match) => (
            <LineFound key={`${match.path}:${match.line}`} match={match} onOpen={onOpen} />
          ))}
        </Group>
      )}
      {isLooking && found.length + matches.length === 0 && <Skeleton className="m-2 h-24" />}
      {!isLooking && !failure && found.length + matches.length === 0 && (
        <EmptyState title="Nothing found">
          {`No name and no text has “${wanted}” in it.`}
        </EmptyState>
      )}
    </section>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="px-2 pt-2 pb-1 text-xs font-medium text-muted-foreground">{title}</h2>
      {children}
    </section>
  );
}

const rowClass =
  "flex w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-accent focus-visible:bg-accent focus-visible:outline-none pointer-coarse:py-2.5";

type NameFoundProps = {
  node: FileNode;
  onOpen: (path: string) => void;
  onReveal: (path: string) => void;
};

function NameFound({ node, onOpen, onReveal }: NameFoundProps) {
  const isFolder = node.type === "directory";
  const Icon = isFolder ? FolderIcon : FileIcon;
  return (
    <button
      type="button"
      data-found
      title={node.path}
      onClick={() => (isFolder ? onReveal : onOpen)(node.path)}
      className={rowClass}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <span className="truncate">{baseName(node.path)}</span>
      <span className="min-w-0 flex-1 truncate text-xs text-muted-foreground">
        {parentFolder(node.path)}
      </span>
    </button>
  );
}

type Match = FileOpResult<"search">["matches"][number];

function LineFound({ match, onOpen }: { match: Match; onOpen: (path: string) => void }) {
  return (
    <button
      type="button"
      data-found
      title={match.path}
      onClick={() => onOpen(match.path)}
      className={`${rowClass} flex-col !items-start !gap-0`}
    >
      <span className="w-full truncate text-xs text-muted-foreground">
        {match.path}:{match.line}
      </span>
      <span className="w-full truncate font-mono text-xs">{match.text.trim()}</span>
    </button>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-found]")];
  const at = rows.findIndex((row) => row === document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  event.preventDefault();
}
