"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { cn } from "@/lib/client/cn";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { useUploads } from "@/lib/client/uploads/use-uploads";
import type { PickedFile } from "./collect-dropped-files";
import { FileTree } from "./file-tree";
import { useFiles } from "./files-context";
import { FilesToolbar } from "./files-toolbar";
import { FindBox } from "./find-box";
import { FindResults } from "./find-results";
import { saveArchive } from "./save-download";
import { joinPath, parentFolder, type TreeRow, uploadFolder } from "./tree-model";
import { DropHint, TreeSkeleton } from "./tree-extras";
import { UploadBar } from "./upload-bar";
import { useFileChooser } from "./use-file-chooser";
import { useFileDrop } from "./use-file-drop";
import { useFileMenu } from "./use-file-menu";
import type { OpenFile } from "./use-open-file";
import type { Tree } from "./use-tree";

type FileBrowserProps = { tree: Tree; open: OpenFile };

/** The tree with its toolbar, uploads and questions. In a narrow panel it makes room for the open file. */
export function FileBrowser({ tree, open }: FileBrowserProps) {
  const { workspaceId, canEdit } = useFiles();
  const { uploads, upload } = useFolderUploads(tree);
  const drop = useFileDrop(upload);
  const chooser = useFileChooser(upload);
  const menu = useFileMenu(tree, open, chooser.chooseFiles);
  const activeFolder = folderOf(tree.rows, open.activePath);
  const targetFolder = uploadFolder(activeFolder ?? "");
  return (
    <section
      aria-label="Files"
      className={cn(
        "relative flex min-h-0 w-full flex-col",
        open.path !== null &&
          "@max-xl/work:hidden @xl/work:w-60 @xl/work:shrink-0 @xl/work:border-r",
      )}
      {...(canEdit && drop.dropProps)}
    >
      <FilesToolbar
        canEdit={canEdit}
        targetFolder={targetFolder}
        onUploadFiles={() => chooser.chooseFiles(targetFolder)}
        onUploadFolder={() => chooser.chooseFolder(targetFolder)}
        onNewFolder={() => menu.askFolder(activeFolder ?? "")}
        onDownloadAll={() => saveArchive(workspaceId, "")}
        onRefresh={tree.refetch}
      />
      <FoundOrTree tree={tree} open={open} dropFolder={drop.dropFolder} onAction={menu.act} />
      {drop.dropFolder !== null && <DropHint folder={drop.dropFolder} />}
      <UploadBar uploads={uploads.uploads} onCancel={uploads.cancelAll} onClear={uploads.clear} />
      {chooser.fields}
      {menu.dialog}
    </section>
  );
}

type FoundOrTreeProps = FileBrowserProps & {
  dropFolder: string | null;
  onAction: ReturnType<typeof useFileMenu>["act"];
};

/** The tree, or while something is looked for what was found. */
function FoundOrTree({ tree, open, dropFolder, onAction }: FoundOrTreeProps) {
  const { canEdit } = useFiles();
  const [text, setText] = useState("");
  const boxRef = useRef<HTMLInputElement>(null);
  const foundRef = useRef<HTMLElement>(null);
  const openFile = (path: string) => {
    open.setPath(path);
    open.setActivePath(path);
    tree.reveal(path);
  };
  return (
    <>
      <FindBox
        ref={boxRef}
        text={text}
        onText={setText}
        onDown={() => foundRef.current?.querySelector<HTMLElement>("[data-found]")?.focus()}
      />
      {text.trim() !== "" ? (
        <FindResults
          ref={foundRef}
          text={text}
          onOpen={openFile}
          onReveal={(path) => {
            setText("");
            tree.reveal(path);
            tree.expand(path);
            open.setActivePath(path);
          }}
        />
      ) : tree.isPending ? (
        <TreeSkeleton />
      ) : (
        <FileTree
          rows={tree.rows}
          openPath={open.path}
          activePath={open.activePath}
          dropFolder={dropFolder}
          onActivate={open.setActivePath}
          onOpen={(node) => open.setPath(node.path)}
          onExpand={tree.expand}
          onCollapse={tree.collapse}
          canEdit={canEdit}
          onFind={() => boxRef.current?.focus()}
          onAction={onAction}
        />
      )}
    </>
  );
}

function useFolderUploads(tree: Tree) {
  const { workspaceId } = useFiles();
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
  return { uploads, upload };
}

/** The folder the active row is or lies in; `null` without one. */
function folderOf(rows: readonly TreeRow[], activePath: string | null): string | null {
  const row = rows.find((other) => other.key === activePath);
  if (row?.kind !== "node") return null;
  return row.node.type === "directory" ? row.node.path : parentFolder(row.node.path);
}
