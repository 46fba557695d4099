import { formatCount } from "@/lib/client/format";

type ChangeCountsProps = { added: number | null; removed: number | null };

/** "+84 −3", read out as words; nothing for a file whose lines can't be counted. */
export function ChangeCounts({ added, removed }: ChangeCountsProps) {
  if (added === null || removed === null) return null;
  return (
    <span className="shrink-0 text-xs tabular-nums">
      <span className="sr-only">
        {formatCount(added)} lines added, {formatCount(removed)} removed
      </span>
      <span aria-hidden className="text-success">
        +{formatCount(added)}
      </span>{" "}
      <span aria-hidden className="text-danger">
        −{formatCount(removed)}
      </span>
    </span>
  );
}
