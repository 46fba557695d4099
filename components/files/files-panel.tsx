"use client";
import { ErrorState } from "@/components/ui/error-state";
import type { OpenRequest } from "../work/work-tab-store";
import { DraftsContext, useDraftStore } from "./drafts";
import { FileBrowser } from "./file-browser";
import { FileViewer } from "./file-viewer";
import { FilesContext, type FilesContextValue, useFiles } from "./files-context";
import { useOpenFile } from "./use-open-file";
import { useTree } from "./use-tree";

const LOOK_AGAIN_MS = 4_000;

type FilesPanelProps = FilesContextValue & {
  /** A wish from elsewhere to see one file. */
  request?: OpenRequest | null;
};

/** Every file of a workspace: the tree, and the file that is open. */
export function FilesPanel({ request = null, ...context }: FilesPanelProps) {
  return (
    <FilesContext value={context}>
      <FilesLayout request={request} />
    </FilesContext>
  );
}

function FilesLayout({ request }: { request: OpenRequest | null }) {
  const { workspaceId, isBusy } = useFiles();
  const tree = useTree(workspaceId, isBusy ? LOOK_AGAIN_MS : false);
  const open = useOpenFile(request, tree.reveal);
  const drafts = useDraftStore();
  if (tree.rootError) {
    return (
      <ErrorState
        title="Can’t list the files"
        message={tree.rootError}
        onRetry={tree.refetch}
        className="h-full"
      />
    );
  }
  return (
    <DraftsContext value={drafts}>
      <div className="flex h-full min-h-0">
        <FileBrowser tree={tree} open={open} />
        {open.path !== null && (
          <FileViewer
            key={open.path}
            path={open.path}
            isHistory={open.isHistory}
            onHistory={open.setIsHistory}
            onClose={() => open.setPath(null)}
          />
        )}
      </div>
    </DraftsContext>
  );
}
