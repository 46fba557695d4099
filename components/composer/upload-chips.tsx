import type { Attachments } from "@/lib/client/uploads/use-attachments";
import { UploadChip } from "./upload-chip";

export function UploadChips({ uploads }: { uploads: Attachments }) {
  if (uploads.uploads.length === 0) return null;
  return (
    <ul aria-label="Files of this message" className="flex flex-wrap gap-2 px-3 pt-3">
      {uploads.uploads.map((upload) => (
        <UploadChip
          key={upload.id}
          upload={upload}
          onRemove={() => uploads.remove(upload.id)}
          onRetry={() => uploads.retry(upload.id)}
        />
      ))}
    </ul>
  );
}
