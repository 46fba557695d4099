import { FileIcon, RotateCwIcon, TableIcon, XIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { cn } from "@/lib/client/cn";
import { formatBytes } from "@/lib/client/format";
import { isTablePath } from "@/lib/client/table-path";
import { isUnderWay, type Upload } from "@/lib/client/uploads/upload-batch";

type UploadChipProps = { upload: Upload; onRemove: () => void; onRetry: () => void };

const percentOf = ({ sentBytes, size }: Upload) =>
  size === 0 ? 100 : Math.min(100, Math.floor((sentBytes / size) * 100));

function UploadIcon({ upload }: { upload: Upload }) {
  if (isUnderWay(upload)) return <Spinner className="text-muted-foreground" />;
  const Icon = isTablePath(upload.name) ? TableIcon : FileIcon;
  return <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />;
}

function UploadStatus({ upload }: { upload: Upload }) {
  if (upload.state === "failed") return <span className="text-danger">{upload.message}</span>;
  if (upload.state === "done") return <>{formatBytes(upload.size)}</>;
  return (
    <>
      {percentOf(upload)} % of {formatBytes(upload.size)}
    </>
  );
}

/** One file that goes with the message. */
export function UploadChip({ upload, onRemove, onRetry }: UploadChipProps) {
  const isSending = isUnderWay(upload);
  return (
    <li
      className={cn(
        "relative flex max-w-full items-center gap-2 overflow-hidden rounded-md border bg-background py-1 pr-1 pl-2.5 text-[0.8125rem]",
        upload.state === "failed" && "border-danger",
      )}
    >
      <UploadIcon upload={upload} />
      <span className="max-w-48 truncate" title={upload.name}>
        {upload.name}
      </span>
      <span className="text-muted-foreground tabular-nums">
        <UploadStatus upload={upload} />
      </span>
      {upload.state === "failed" && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Upload ${upload.name} again`}
          onClick={onRetry}
        >
          <RotateCwIcon aria-hidden />
        </Button>
      )}
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label={isSending ? `Cancel the upload of ${upload.name}` : `Remove ${upload.name}`}
        onClick={onRemove}
      >
        <XIcon aria-hidden />
      </Button>
      {isSending && (
        <progress
          aria-label={`Upload of ${upload.name}`}
          value={percentOf(upload)}
          max={100}
          className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none bg-transparent [&::-moz-progress-bar]:bg-primary [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-primary"
        />
      )}
    </li>
  );
}
