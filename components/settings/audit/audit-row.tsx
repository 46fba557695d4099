"use client";
import { ChevronRightIcon } from "lucide-react";
import Link from "next/link";
import { memo, useId, useState } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { cn } from "@/lib/client/cn";
import type { AuditEntryView } from "@/lib/protocol/audit";
import { AuditChanges, changesOf } from "./audit-changes";
import { actorWords, objectHref, wordsOf } from "./audit-words";

function ObjectName({ entry, orgSlug }: { entry: AuditEntryView; orgSlug: string }) {
  if (entry.isHidden) return <span className="text-muted-foreground">in a private workroom</span>;
  if (entry.object === null) return null;
  const href = objectHref(orgSlug, entry);
  const name = entry.object.title ?? "";
  if (name === "") return null;
  if (href === null) return <span className="font-medium">{name}</span>;
  return (
    <Link href={href} className="font-medium underline-offset-4 hover:underline">
      {name}
    </Link>
  );
}

function Actor({ entry }: { entry: AuditEntryView }) {
  return (
    <span className="min-w-0">
      <span className="font-medium">{actorWords(entry)}</span>
      {entry.apiKey && (
        <span className="text-muted-foreground">
          {" "}
          by API key {entry.apiKey.name ?? "(removed)"}
        </span>
      )}
    </span>
  );
}

/** One entry: who, what, which thing, when; its fields open below. */
export const AuditRow = memo(function AuditRow({
  entry,
  orgSlug,
}: {
  entry: AuditEntryView;
  orgSlug: string;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const hasMore = changesOf(entry).length > 0;
  return (
    <li className="px-3 py-2 [contain-intrinsic-size:auto_2.75rem] [content-visibility:auto]">
      <div className="flex items-start gap-2 text-sm">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label="What changed"
          disabled={!hasMore}
          onClick={() => setIsOpen(!isOpen)}
          className="touch-target flex size-6 shrink-0 items-center justify-center rounded-md text-muted-foreground hover:bg-hover disabled:invisible"
        >
          <ChevronRightIcon aria-hidden className={cn("size-4", isOpen && "rotate-90")} />
        </button>
        <div className="min-w-0 flex-1 leading-6 break-words md:grid md:grid-cols-[10rem_1fr] md:gap-x-3">
          <Actor entry={entry} />{" "}
          <span className="min-w-0">
            <span title={entry.action}>{wordsOf(entry.action)}</span>{" "}
            <ObjectName entry={entry} orgSlug={orgSlug} />
          </span>
        </div>
        <RelativeTime at={entry.at} className="shrink-0 leading-6 text-muted-foreground" />
      </div>
      {isOpen && (
        <div id={id} className="pt-1 pb-1 pl-8">
          <AuditChanges entry={entry} />
        </div>
      )}
    </li>
  );
});
