"use client";
import { useEffect, useEffectEvent, useRef } from "react";
import { editorOptions } from "./editor-options";
import { applyEditorTheme } from "./editor-theme";
import { monaco } from "./monaco";
import { onThemeChange } from "./on-theme-change";

export type TextEditorProps = {
  path: string;
  /** The text to start from. What is typed stays in the editor and is told by `onChange`. */
  text: string;
  /** Another number puts `text` into the editor, over whatever is in it. */
  resetId: number;
  isReadOnly: boolean;
  onChange?: (text: string) => void;
  onSave?: () => void;
};

/** One text file in Monaco. Load it by `dynamic(…, { ssr: false })` only: it brings the whole editor. */
export function TextEditor(props: TextEditorProps) {
  const { path, text, resetId, isReadOnly, onChange, onSave } = props;
  const hostRef = useRef<HTMLDivElement>(null);
  const editorRef = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const changed = useEffectEvent((next: string) => onChange?.(next));
  const saved = useEffectEvent(() => onSave?.());
  const start = useEffectEvent(() => ({ text, isReadOnly }));

  useEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    applyEditorTheme();
    // The language is found by the file's name; the rest of the address only makes the model the editor's own.
    const uri = monaco.Uri.from({ scheme: "workspace", path: `/${crypto.randomUUID()}/${path}` });
    const first = start();
    const model = monaco.editor.createModel(first.text, undefined, uri);
    const editor = monaco.editor.create(host, {
      ...editorOptions,
      model,
      readOnly: first.isReadOnly,
      readOnlyMessage: { value: "This file can’t be changed here." },
      ariaLabel: `Text of ${path}`,
      wordWrap: /\.(md|txt|csv)$/i.test(path) ? "on" : "off",
    });
    editorRef.current = editor;
    const subscription = model.onDidChangeContent(() => changed(model.getValue()));
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => saved());
    return () => {
      subscription.dispose();
      editor.dispose();
      model.dispose();
      editorRef.current = null;
    };
  }, [path]);

  // `text` itself must not be what triggers this: it lags behind fast typing and would take letters back.
  const putText = useEffectEvent((_resetId: number) => {
    const model = editorRef.current?.getModel();
    if (model && model.getValue() !== text) model.setValue(text);
  });
  useEffect(() => putText(resetId), [resetId]);

  useEffect(() => {
    editorRef.current?.updateOptions({ readOnly: isReadOnly });
  }, [isReadOnly]);

  useEffect(() => onThemeChange(applyEditorTheme), []);

  return <div ref={hostRef} className="size-full min-h-0" />;
}
