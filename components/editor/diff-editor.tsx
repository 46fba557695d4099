"use client";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { editorOptions } from "./editor-options";
import { applyEditorTheme } from "./editor-theme";
import { monaco } from "./monaco";
import { onThemeChange } from "./on-theme-change";

export type DiffEditorProps = {
  path: string;
  before: string;
  after: string;
  isSideBySide: boolean;
  /** `true`: takes the height of its place; else it grows with its content, up to a limit. */
  isFilling: boolean;
};

const LEAST_HEIGHT = 80;
const MOST_HEIGHT = 560;
/** Monaco gives up on a comparison after 5 seconds. */
const LONGEST_COMPARISON_MS = 6_000;

/** Both sides of one file in Monaco, read-only. Load it by `dynamic(…, { ssr: false })` only. */
export function DiffEditor({ path, before, after, isSideBySide, isFilling }: DiffEditorProps) {
  const hostRef = useRef<HTMLDivElement>(null);
  const editorRef = useRef<monaco.editor.IStandaloneDiffEditor | null>(null);
  const [height, setHeight] = useState(LEAST_HEIGHT * 2);
  const wasSideBySide = useEffectEvent(() => isSideBySide);

  useEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    applyEditorTheme();
    const editor = createDiffEditor(host, path, wasSideBySide());
    const models = {
      original: monaco.editor.createModel(before, undefined, sideUri("before", path)),
      modified: monaco.editor.createModel(after, undefined, sideUri("after", path)),
    };
    editor.setModel(models);
    editorRef.current = editor;
    const stopFollowing = followContentHeight(editor, setHeight);
    editor.revealFirstDiff();
    return () => {
      stopFollowing();
      editor.dispose();
      editorRef.current = null;
      // A comparison that still runs in the worker fails loudly when its texts vanish under it.
      setTimeout(() => {
        models.original.dispose();
        models.modified.dispose();
      }, LONGEST_COMPARISON_MS);
    };
  }, [path, before, after]);

  useEffect(() => {
    // Each update takes the labels away unless it names them again.
    editorRef.current?.updateOptions({ renderSideBySide: isSideBySide, ...sideLabels(path) });
  }, [isSideBySide, path]);

  useEffect(() => onThemeChange(applyEditorTheme), []);

  return (
    <div
      ref={hostRef}
      className="min-h-0 w-full"
      style={isFilling ? { height: "100%" } : { height }}
    />
  );
}

function createDiffEditor(host: HTMLElement, path: string, isSideBySide: boolean) {
  return monaco.editor.createDiffEditor(host, {
    ...editorOptions,
    readOnly: true,
    originalEditable: false,
    renderSideBySide: isSideBySide,
    useInlineViewWhenSpaceIsLimited: false,
    renderOverviewRuler: false,
    hideUnchangedRegions: { enabled: true, minimumLineCount: 3, contextLineCount: 3 },
    ...sideLabels(path),
  });
}

function followContentHeight(
  editor: monaco.editor.IStandaloneDiffEditor,
  onHeight: (height: number) => void,
): () => void {
  const sides = [editor.getOriginalEditor(), editor.getModifiedEditor()];
  const fit = () => {
    const content = Math.max(...sides.map((side) => side.getContentHeight()));
    onHeight(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, content)));
  };
  const subscriptions = [
    editor.onDidUpdateDiff(fit),
    ...sides.map((side) => side.onDidContentSizeChange(fit)),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.dispose();
  };
}

const sideLabels = (path: string) => ({
  originalAriaLabel: `${path} before`,
  modifiedAriaLabel: `${path} after`,
});

const sideUri = (side: string, path: string) =>
  monaco.Uri.from({ scheme: "workspace", path: `/${side}/${crypto.randomUUID()}/${path}` });
