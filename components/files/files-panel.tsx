"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { cn } from "@/lib/client/cn";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { useUploads } from "@/lib/client/uploads/use-uploads";
import type { FileNode } from "@/lib/protocol/files";
import type { OpenRequest } from "../work/work-tab-store";
import type { PickedFile } from "./collect-dropped-files";
import { DeleteDialog } from "./delete-dialog";
import { DraftsContext, useDraftStore } from "./drafts";
import type { FileAction } from "./file-menu";
import { FilesContext, type FilesContextValue, useFiles } from "./files-context";
import { FileTree } from "./file-tree";
import { FileViewer } from "./file-viewer";
import { FilesToolbar } from "./files-toolbar";
import { PathDialog, type PathWish } from "./path-dialog";
import { saveArchive, saveDownload } from "./save-download";
import { joinPath, parentFolder, type TreeRow, uploadFolder } from "./tree-model";
import { DropHint, TreeSkeleton } from "./tree-extras";
import { UploadBar } from "./upload-bar";
import { useFileActions } from "./use-file-actions";
import { useFileChooser } from "./use-file-chooser";
import { useFileDrop } from "./use-file-drop";
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
          <FileViewer key={open.path} path={open.path} onClose={() => open.setPath(null)} />
        )}
      </div>
    </DraftsContext>
  );
}

type OpenFile = ReturnType<typeof useOpenFile>;
type FileBrowserProps = { tree: ReturnType<typeof useTree>; open: OpenFile };

/** The tree with its toolbar, uploads and questions. In a narrow panel it makes room for the open file. */
function FileBrowser({ tree, open }: FileBrowserProps) {
  const { workspaceId, canEdit } = useFiles();
  const viewer = useQuery(viewerQuery());
  const uploads = useUploads({
    openRoom: () => Promise.resolve(workspaceId),
    maxBytes: viewer.data?.maxUploadBytes,
  });
  const upload = (folder: string, picked: readonly PickedFile[]) => {
    tree.expand(folder);
    uploads.clearFinished();
    uploads.add(
      picked.map(({ file, relativePath }) => ({ file, path: joinPath(folder, relativePath) })),
    );
  };
  const drop = useFileDrop(upload);
  const chooser = useFileChooser(upload);
  const asks = useQuestions(tree, open);
  const act = useFileMenu(asks, chooser.chooseFiles);
  const activeFolder = folderOf(tree.rows, open.activePath);
  const targetFolder = uploadFolder(activeFolder ?? "");
  return (
    <section
      aria-label="Files"
      className={cn(
        "relative flex min-h-0 w-full flex-col",
        open.path !== null &&
          "@max-xl/work:hidden @xl/work:w-56 @xl/work:shrink-0 @xl/work:border-r",
      )}
      {...(canEdit && drop.dropProps)}
    >
      <FilesToolbar
        canEdit={canEdit}
        targetFolder={targetFolder}
        onUploadFiles={() => chooser.chooseFiles(targetFolder)}
        onUploadFolder={() => chooser.chooseFolder(targetFolder)}
        onNewFolder={() => asks.setWish({ kind: "newFolder", folder: activeFolder ?? "" })}
        onDownloadAll={() => saveArchive(workspaceId, "")}
        onRefresh={tree.refetch}
      />
      {tree.isPending ? (
        <TreeSkeleton />
      ) : (
        <FileTree
          rows={tree.rows}
          openPath={open.path}
          activePath={open.activePath}
          dropFolder={drop.dropFolder}
          onActivate={open.setActivePath}
          onOpen={(node) => open.setPath(node.path)}
          onExpand={tree.expand}
          onCollapse={tree.collapse}
          canEdit={canEdit}
          onAction={act}
        />
      )}
      {drop.dropFolder !== null && <DropHint folder={drop.dropFolder} />}
      <UploadBar uploads={uploads.uploads} onCancel={uploads.cancelAll} onClear={uploads.clear} />
      {chooser.fields}
      {asks.dialogs}
    </section>
  );
}

/** The open file and the active row; a wish from elsewhere ("open this file") goes before both. */
function useOpenFile(request: OpenRequest | null, reveal: (path: string) => void) {
  const [seenRequest, setSeenRequest] = useState(0);
  const [path, setPath] = useState<string | null>(null);
  const [activePath, setActivePath] = useState<string | null>(null);
  if (request && request.id !== seenRequest) {
    setSeenRequest(request.id);
    setPath(request.path);
    setActivePath(request.path);
    reveal(request.path);
  }
  return { path, activePath, setPath, setActivePath };
}

/** The dialogs that ask for a name, a place, or a yes. */
function useQuestions(tree: FileBrowserProps["tree"], open: OpenFile) {
  const { workspaceId } = useFiles();
  const actions = useFileActions(workspaceId);
  const [wish, setWish] = useState<PathWish | null>(null);
  const [doomed, setDoomed] = useState<FileNode | null>(null);
  const dialogs = (
    <>
      {wish && (
        <PathDialog
          wish={wish}
          onClose={() => setWish(null)}
          onSubmit={async (done, newPath) => {
            await actions.apply(done, newPath);
            tree.reveal(newPath);
            open.setActivePath(newPath);
            if (done.kind !== "newFolder" && open.path === done.path) open.setPath(newPath);
          }}
        />
      )}
      <DeleteDialog
        node={doomed}
        isPending={actions.remove.isPending}
        onClose={() => setDoomed(null)}
        onDelete={(node) =>
          actions.remove.mutate(node, {
            onSuccess: () => {
              const isOpen = open.path === node.path || open.path?.startsWith(`${node.path}/`);
              if (isOpen) open.setPath(null);
            },
            onSettled: () => setDoomed(null),
          })
        }
      />
    </>
  );
  return { dialogs, setWish, setDoomed };
}

function useFileMenu(
  asks: Pick<ReturnType<typeof useQuestions>, "setWish" | "setDoomed">,
  chooseFiles: (folder: string) => void,
) {
  const { workspaceId, askEmployee, openPreview } = useFiles();
  return (action: FileAction, { path, ...node }: FileNode): void => {
    const actions: Record<FileAction, () => void> = {
      rename: () => asks.setWish({ kind: "rename", path }),
      move: () => asks.setWish({ kind: "move", path }),
      newFolder: () => asks.setWish({ kind: "newFolder", folder: path }),
      delete: () => asks.setDoomed({ path, ...node }),
      download: () => (node.type === "directory" ? saveArchive : saveDownload)(workspaceId, path),
      preview: () => openPreview?.(path),
      mention: () => askEmployee?.(`@${path} `),
      upload: () => chooseFiles(path),
    };
    actions[action]();
  };
}

/** The folder the active row is or lies in; `null` without one. */
function folderOf(rows: readonly TreeRow[], activePath: string | null): string | null {
  const row = rows.find((other) => other.key === activePath);
  if (row?.kind !== "node") return null;
  return row.node.type === "directory" ? row.node.path : parentFolder(row.node.path);
}
