"use client";
import {
  ChevronRightIcon,
  FileCodeIcon,
  FileIcon,
  FileImageIcon,
  FileTextIcon,
  FolderIcon,
  FolderOpenIcon,
  LinkIcon,
  LockIcon,
  SheetIcon,
} from "lucide-react";
import { createElement, type ReactNode } from "react";
import { cn } from "@/lib/client/cn";
import { formatBytes } from "@/lib/client/format";
import type { FileNode } from "@/lib/protocol/files";
import { useDrafts } from "./drafts";
import { fileKind } from "./file-kind";
import type { NodeRow } from "./tree-model";

const INDENT_PX = 14;

export type FileRowProps = {
  id: string;
  row: NodeRow;
  isActive: boolean;
  isOpen: boolean;
  isDropTarget: boolean;
  onClick: () => void;
  onContextMenu: () => void;
  menu: ReactNode;
};

/** One node of the tree. The tree itself has the focus; the active row is named by `aria-activedescendant`. */
export function FileRow(props: FileRowProps) {
  const { id, row, isActive, isOpen, isDropTarget, onClick, onContextMenu, menu } = props;
  const { node, depth, isExpanded } = row;
  const isDirty = useDrafts().drafts.has(node.path);
  const isFolder = node.type === "directory";
  return (
    // Keys are the tree's: it holds the focus for all its rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="treeitem"
      aria-level={depth}
      aria-posinset={row.positionInSet}
      aria-setsize={row.setSize}
      aria-selected={isOpen}
      aria-expanded={isFolder ? isExpanded : undefined}
      data-path={node.path}
      data-folder={isFolder || undefined}
      onClick={onClick}
      onContextMenu={(event) => {
        event.preventDefault();
        onContextMenu();
      }}
      className={cn(
        "group/row flex h-full cursor-default items-center gap-1.5 rounded-md pr-1 text-sm select-none hover:bg-hover",
        isOpen && "bg-accent text-accent-foreground hover:bg-accent",
        isDropTarget && "outline-2 -outline-offset-2 outline-ring",
        isActive &&
          "group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-ring",
      )}
      style={{ paddingLeft: 4 + (depth - 1) * INDENT_PX }}
    >
      <ChevronRightIcon
        aria-hidden
        className={cn(
          "size-3.5 shrink-0 text-muted-foreground transition-transform",
          isExpanded && "rotate-90",
          !isFolder && "invisible",
        )}
      />
      <NodeIcon node={node} isExpanded={isExpanded} />
      <span className="min-w-0 flex-1 truncate">
        {node.name}
        {isDirty && <span className="text-muted-foreground"> · not saved</span>}
      </span>
      {isFolder ? (
        node.isReadOnly && depth === 1 && <ReadOnlyMark />
      ) : (
        <span className="shrink-0 text-xs text-muted-foreground tabular-nums group-hover/row:hidden">
          {formatBytes(node.size)}
        </span>
      )}
      {menu}
    </div>
  );
}

const ReadOnlyMark = () => (
  <span
    className="flex items-center gap-1 text-xs text-muted-foreground"
    title="Your employee can read this folder but not change it."
  >
    <LockIcon aria-hidden className="size-3" /> read-only
  </span>
);

function NodeIcon({ node, isExpanded }: { node: FileNode; isExpanded: boolean }) {
  return createElement(iconOf(node, isExpanded), {
    "aria-hidden": true,
    className: "size-4 shrink-0 text-muted-foreground",
  });
}

function iconOf(node: FileNode, isExpanded: boolean) {
  if (node.type === "directory") return isExpanded ? FolderOpenIcon : FolderIcon;
  if (node.type === "symlink") return LinkIcon;
  const kind = fileKind(node.path);
  if (kind === "image") return FileImageIcon;
  if (kind === "table") return SheetIcon;
  if (
    /\.(html?|css|[cm]?[jt]sx?|py|sh|json|ya?ml|toml|sql|rb|go|rs|java|c|h|cpp|php)$/i.test(
      node.path,
    )
  ) {
    return FileCodeIcon;
  }
  return /\.(md|txt|log)$/i.test(node.path) ? FileTextIcon : FileIcon;
}
