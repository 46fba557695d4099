import type { monaco } from "./monaco";

/** What the editor and both sides of a diff have in common. */
export const editorOptions = {
  automaticLayout: true,
  fontFamily: "var(--font-geist-mono), ui-monospace, monospace",
  fontSize: 13,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  stickyScroll: { enabled: false },
  renderFinalNewline: "on",
  renderLineHighlight: "none",
  overviewRulerLanes: 0,
  fixedOverflowWidgets: true,
  unicodeHighlight: { ambiguousCharacters: false },
  padding: { top: 8, bottom: 8 },
  scrollbar: { useShadows: false, alwaysConsumeMouseWheel: false },
} satisfies monaco.editor.IEditorOptions & monaco.editor.IGlobalEditorOptions;
