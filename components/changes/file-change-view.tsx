"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { type ChangeBase, fileDiffQuery } from "@/lib/client/queries/changes";
import type { FileDiff } from "@/lib/protocol/files";
import { LazyDiffEditor, LazyTextEditor } from "../editor/lazy-editors";
import { useWork } from "../work/work-context";

const MOST_HEIGHT = 560;
const LINE_HEIGHT = 20;
const PADDING = 32;

type FileChangeViewProps = {
  base: ChangeBase;
  path: string;
  /** When the list of changes was read. */
  listedAt: number;
  isSideBySide: boolean;
  isFilling: boolean;
};

/** The lines of one changed file, before and after. */
export function FileChangeView(props: FileChangeViewProps) {
  const { base, path, listedAt, isSideBySide, isFilling } = props;
  const { workroom } = useWork();
  const diff = useQuery({ ...fileDiffQuery(workroom.id, base, path, listedAt), retry: false });
  if (diff.isPending) return <Skeleton className="m-3 h-32" />;
  if (diff.isError && !diff.data) {
    return (
      <ErrorState
        title="Can’t show this change"
        message={errorText(diff.error)}
        onRetry={() => void diff.refetch()}
      />
    );
  }
  const words = notShownWords(diff.data);
  if (words) return <p className="p-4 text-center text-sm text-muted-foreground">{words}</p>;
  if (diff.data.kind !== "modified") {
    return (
      <OneSide path={path} text={diff.data.after ?? diff.data.before ?? ""} isFilling={isFilling} />
    );
  }
  return (
    <LazyDiffEditor
      path={path}
      before={diff.data.before ?? ""}
      after={diff.data.after ?? ""}
      isSideBySide={isSideBySide}
      isFilling={isFilling}
    />
  );
}

type OneSideProps = { path: string; text: string; isFilling: boolean };

/** A file that is new or gone has one side only: there is nothing to compare it with. */
function OneSide({ path, text, isFilling }: OneSideProps) {
  const lines = text.split("\n").length;
  const height = Math.min(MOST_HEIGHT, lines * LINE_HEIGHT + PADDING);
  return (
    <div style={{ height: isFilling ? "100%" : height }}>
      <LazyTextEditor key={text} path={path} text={text} resetId={0} isReadOnly />
    </div>
  );
}

function notShownWords(diff: FileDiff): string | null {
  if (diff.reason === "binary") return "This file is not text, so its change can’t be shown.";
  if (diff.reason === "too_large") return "This file is too large to show its change here.";
  if (diff.kind !== "modified" && !diff.before && !diff.after) return "The file is empty.";
  if (diff.before === diff.after) return "The text is the same; only the file changed.";
  return null;
}
