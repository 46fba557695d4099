"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { cn } from "@/lib/client/cn";
import type { FileNode } from "@/lib/protocol/files";
import { type FileAction, FileMenu } from "./file-menu";
import { FileRow } from "./file-row";
import { findByTyping, moveInTree, type NodeRow, type NoteRow, type TreeRow } from "./tree-model";

const ROW_PX = 30;
const TOUCH_ROW_PX = 44;
const TYPING_PAUSE_MS = 700;

export type FileTreeProps = {
  rows: readonly TreeRow[];
  openPath: string | null;
  activePath: string | null;
  dropFolder: string | null;
  onActivate: (path: string) => void;
  onOpen: (node: FileNode) => void;
  onExpand: (path: string) => void;
  onCollapse: (path: string) => void;
  /** Without it, what changes files is neither in the menu nor on a key. */
  canEdit: boolean;
  /** Goes to the box where a person types what to look for. */
  onFind: () => void;
  onAction: (action: FileAction, node: FileNode) => void;
};

/** The files as an ARIA tree. Only the rows in sight exist, so a folder of 10,000 files costs as much as one of 50. */
export function FileTree(props: FileTreeProps) {
  const { rows, openPath, activePath, dropFolder, onActivate } = props;
  const treeId = useId();
  const treeRef = useRef<HTMLDivElement>(null);
  const [menuPath, setMenuPath] = useState<string | null>(null);
  const virtual = useTreeRows(treeRef, rows, activePath);
  const onKeyDown = useTreeKeys(props, () => setMenuPath(activePath));
  const activeIndex = rows.findIndex((row) => row.key === activePath);

  return (
    <div
      ref={treeRef}
      role="tree"
      aria-label="File tree"
      tabIndex={0}
      aria-activedescendant={activeIndex === -1 ? undefined : `${treeId}-${activeIndex}`}
      onKeyDown={onKeyDown}
      className="group/tree min-h-0 flex-1 overflow-y-auto p-1.5 outline-none focus-visible:outline-none"
    >
      <div role="none" className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const style = { height: item.size, transform: `translateY(${item.start}px)` };
          if (row.kind !== "node") return <TreeNote key={row.key} row={row} style={style} />;
          const { node } = row;
          return (
            <div key={row.key} role="none" className="absolute inset-x-0 top-0" style={style}>
              <FileRow
                id={`${treeId}-${item.index}`}
                row={row}
                isActive={node.path === activePath}
                isOpen={node.path === openPath}
                isDropTarget={node.path === dropFolder}
                onClick={() => {
                  onActivate(node.path);
                  actOn(row, props);
                }}
                onContextMenu={() => {
                  onActivate(node.path);
                  setMenuPath(node.path);
                }}
                menu={
                  <FileMenu
                    node={node}
                    canEdit={props.canEdit}
                    isOpen={menuPath === node.path}
                    onOpenChange={(isOpen) => setMenuPath(isOpen ? node.path : null)}
                    onAction={(action) => props.onAction(action, node)}
                    onReturnFocus={() => treeRef.current?.focus({ preventScroll: true })}
                  />
                }
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Opens a file; opens or closes a folder. */
function actOn(row: NodeRow, { onOpen, onExpand, onCollapse }: FileTreeProps): void {
  if (row.node.type !== "directory") onOpen(row.node);
  else if (row.isExpanded) onCollapse(row.node.path);
  else onExpand(row.node.path);
}

function TreeNote({ row, style }: { row: NoteRow; style: React.CSSProperties }) {
  return (
    <div
      role="none"
      className={cn(
        "absolute inset-x-0 top-0 flex items-center truncate text-[0.8125rem] text-muted-foreground",
        row.kind === "failed" && "text-danger",
      )}
      style={{ ...style, paddingLeft: 26 + (row.depth - 1) * 14 }}
    >
      {row.text}
    </div>
  );
}

function useTreeRows(
  treeRef: React.RefObject<HTMLDivElement | null>,
  rows: readonly TreeRow[],
  activePath: string | null,
) {
  // Its answers change with the scroll position and are read anew at each render, so nothing may be memoised.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => treeRef.current,
    estimateSize: () => (matchMedia("(pointer: coarse)").matches ? TOUCH_ROW_PX : ROW_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  });
  const show = useEffectEvent((path: string) => {
    const index = rows.findIndex((row) => row.key === path);
    if (index !== -1) virtual.scrollToIndex(index, { align: "auto" });
  });
  useEffect(() => {
    if (activePath !== null) show(activePath);
  }, [activePath]);
  return virtual;
}

/** The keys of the ARIA tree pattern, plus F2, Delete and the menu key. */
function useTreeKeys(props: FileTreeProps, onMenu: () => void) {
  const { rows, activePath, onActivate, onExpand, onCollapse, canEdit, onAction } = props;
  const typing = useRef({ text: "", at: 0 });

  const actOnKey = (event: KeyboardEvent, row: NodeRow): boolean => {
    if (event.key === "Enter" || event.key === " ") actOn(row, props);
    else if (event.key === "F2" && canEdit) onAction("rename", row.node);
    else if (event.key === "Delete" && canEdit) onAction("delete", row.node);
    else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) onMenu();
    else return false;
    return true;
  };

  const typeAhead = (event: KeyboardEvent): boolean => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
    const isGoingOn = event.timeStamp - typing.current.at < TYPING_PAUSE_MS;
    const text = (isGoingOn ? typing.current.text : "") + event.key;
    typing.current = { text, at: event.timeStamp };
    const found = findByTyping(rows, activePath, text);
    if (found !== null) onActivate(found);
    return true;
  };

  return (event: KeyboardEvent) => {
    // Keys of a menu that is open over the tree bubble through React's tree, not through the page's.
    if (event.target !== event.currentTarget) return;
    if (
      event.key === "/" ||
      (event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey))
    ) {
      props.onFind();
      event.preventDefault();
      return;
    }
    const active = rows.find((row) => row.key === activePath);
    const move = moveInTree(rows, activePath, event.key);
    if (move.type === "focus") onActivate(move.path);
    else if (move.type === "expand") onExpand(move.path);
    else if (move.type === "collapse") onCollapse(move.path);
    else if (active?.kind === "node" && actOnKey(event, active)) event.preventDefault();
    else if (!typeAhead(event)) return;
    event.preventDefault();
  };
}
