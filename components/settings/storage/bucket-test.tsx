import { CheckIcon, CircleHelpIcon, XIcon } from "lucide-react";
import { cn } from "@/lib/client/cn";
import type { StorageTestView } from "@/lib/protocol/storages";
import { bucketRights } from "@/lib/protocol/view-names";

const rightWords = {
  GetObject: "Read files",
  PutObject: "Save files",
  DeleteObject: "Delete files",
  ListBucket: "List the bucket",
} as const;

const outcomes = {
  true: { Icon: CheckIcon, text: "works", tone: "text-success" },
  false: { Icon: XIcon, text: "missing", tone: "text-danger" },
  null: { Icon: CircleHelpIcon, text: "not tried", tone: "text-muted-foreground" },
} as const;

/** What a test of a bucket found: each right by itself, then what it means. */
export function BucketTest({ test }: { test: StorageTestView }) {
  return (
    <div aria-live="polite" className="flex flex-col gap-3 rounded-lg border bg-muted/40 px-4 py-3">
      <ul className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        {bucketRights.map((right) => {
          const { Icon, text, tone } = outcomes[`${test.rights[right] ?? null}`];
          return (
            <li key={right} className="flex items-center gap-2 text-[0.8125rem]">
              <Icon aria-hidden className={cn("size-4 shrink-0", tone)} />
              <span>
                {rightWords[right]} <code className="text-muted-foreground">s3:{right}</code>{" "}
                <span className={tone}>{text}</span>
              </span>
            </li>
          );
        })}
      </ul>
      <p className={cn("text-sm", !test.isUsable && "text-danger")}>{test.message}</p>
    </div>
  );
}
