"use client";
import { useEffect, useEffectEvent, useRef } from "react";
import { editorOptions } from "./editor-options";
import { applyEditorTheme } from "./editor-theme";
import { monaco } from "./monaco";
import { onThemeChange } from "./on-theme-change";

export type TextEditorProps = {
  path: string;
  /** The text to start from; another value replaces what is in the editor. */
  text: string;
  isReadOnly: boolean;
  onChange: (text: string) => void;
  onSave: () => void;
};

/** One text file in Monaco. Load it by `dynamic(…, { ssr: false })` only: it brings the whole editor. */
export function TextEditor({ path, text, isReadOnly, onChange, onSave }: TextEditorProps) {
  const hostRef = useRef<HTMLDivElement>(null);
  const editorRef = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const changed = useEffectEvent(onChange);
  const saved = useEffectEvent(onSave);
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

  useEffect(() => {
    const model = editorRef.current?.getModel();
    if (model && model.getValue() !== text) model.setValue(text);
  }, [text]);

  useEffect(() => {
    editorRef.current?.updateOptions({ readOnly: isReadOnly });
  }, [isReadOnly]);

  useEffect(() => onThemeChange(applyEditorTheme), []);

  return <div ref={hostRef} className="size-full min-h-0" />;
}
