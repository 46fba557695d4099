import { UploadIcon } from "lucide-react";

export function DropOverlay() {
  return (
    <div className="pointer-events-none absolute inset-2 z-30 flex items-center justify-center rounded-xl border-2 border-dashed border-primary bg-background/90">
      <p className="flex items-center gap-2 font-medium text-primary">
        <UploadIcon aria-hidden className="size-5" /> Drop files to add them
      </p>
    </div>
  );
}
