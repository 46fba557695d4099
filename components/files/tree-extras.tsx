"use client";
import { UploadIcon } from "lucide-react";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/client/cn";

/** Over the tree while files hover: where they would go. */
export function DropHint({ folder }: { folder: string }) {
  return (
    <output className="pointer-events-none absolute inset-x-2 bottom-2 flex items-center justify-center gap-2 rounded-lg border-2 border-dashed border-ring bg-popover p-4 text-sm shadow-md">
      <UploadIcon aria-hidden className="size-4" /> Drop to upload to {folder}/
    </output>
  );
}

export function TreeSkeleton() {
  return (
    <div className="flex flex-col gap-2 p-3">
      {["w-24", "w-28", "w-40", "w-32"].map((width) => (
        <Skeleton key={width} className={cn("h-5", width)} />
      ))}
    </div>
  );
}
