"use client";
import { monaco } from "./monaco";
import { isDarkColor, tokenColor } from "./token-color";

const THEME = "workroom";

/** Sets the colours of every editor on the page from the tokens of the current theme. */
export function applyEditorTheme(): void {
  const background = tokenColor("--color-background", "#ffffff");
  const isDark = isDarkColor(background);
  const foreground = tokenColor("--color-foreground", isDark ? "#eeeeee" : "#1a1a1a");
  const muted = tokenColor("--color-muted-foreground", isDark ? "#a0a0a0" : "#5f5f5f");
  const border = tokenColor("--color-border", isDark ? "#333333" : "#dddddd");
  monaco.editor.defineTheme(THEME, {
    base: isDark ? "vs-dark" : "vs",
    inherit: true,
    rules: [],
    colors: {
      "editor.background": background,
      "editor.foreground": foreground,
      "editorLineNumber.foreground": muted,
      "editorGutter.background": background,
      "editorWidget.border": border,
      "diffEditor.border": border,
      "diffEditor.diagonalFill": `${border}80`,
      "diffEditor.unchangedRegionBackground": tokenColor(
        "--color-muted",
        isDark ? "#222222" : "#f4f4f4",
      ),
      "diffEditor.unchangedRegionForeground": muted,
    },
  });
  monaco.editor.setTheme(THEME);
}
