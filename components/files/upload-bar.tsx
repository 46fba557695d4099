"use client";
import { CheckIcon, CircleAlertIcon, XIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { countOf } from "@/lib/client/format";
import { summarizeUploads, type Upload } from "@/lib/client/uploads/upload-batch";

type UploadBarProps = { uploads: readonly Upload[]; onCancel: () => void; onClear: () => void };

const MAX_SHOWN_FAILURES = 5;

/** How far the uploads are, and what became of them. */
export function UploadBar({ uploads, onCancel, onClear }: UploadBarProps) {
  if (uploads.length === 0) return null;
  const { total, done, failed, isActive, percent } = summarizeUploads(uploads);
  const cancelled = uploads.filter(({ state }) => state === "cancelled").length;
  return (
    <section aria-label="Uploads" className="shrink-0 border-t bg-sidebar px-3 py-2 text-sm">
      <div className="flex items-center gap-2">
        {isActive ? null : failed.length > 0 ? (
          <CircleAlertIcon aria-hidden className="size-4 text-danger" />
        ) : (
          <CheckIcon aria-hidden className="size-4 text-success" />
        )}
        <p aria-live="polite" className="min-w-0 flex-1 truncate">
          {isActive
            ? `Uploading ${done + 1 > total ? total : done + 1} of ${countOf(total, "file")}`
            : `${countOf(done, "file")} uploaded${cancelled > 0 ? `, ${cancelled} cancelled` : ""}`}
        </p>
        {isActive && <span className="text-muted-foreground tabular-nums">{percent}%</span>}
        {isActive ? (
          <Button size="sm" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <Button variant="ghost" size="icon-sm" aria-label="Hide uploads" onClick={onClear}>
            <XIcon aria-hidden />
          </Button>
        )}
      </div>
      {isActive && (
        <progress
          aria-label="Upload progress"
          value={percent}
          max={100}
          className="mt-1.5 block h-1 w-full appearance-none overflow-hidden rounded-full bg-muted [&::-moz-progress-bar]:bg-primary [&::-webkit-progress-bar]:bg-muted [&::-webkit-progress-value]:bg-primary"
        />
      )}
      {failed.length > 0 && (
        <ul className="mt-1.5 space-y-0.5 text-[0.8125rem] text-danger">
          {failed.slice(0, MAX_SHOWN_FAILURES).map((upload) => (
            <li key={upload.id} className="break-words">
              {upload.path}: {upload.message}
            </li>
          ))}
          {failed.length > MAX_SHOWN_FAILURES && (
            <li>and {failed.length - MAX_SHOWN_FAILURES} more</li>
          )}
        </ul>
      )}
    </section>
  );
}
