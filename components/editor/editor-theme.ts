"use client";
import { monaco } from "./monaco";
import { isDarkColor, tokenColor } from "./token-color";

const THEME = "workroom";

/** Colours of the base theme that are too pale on the ground of an added line. */
const readableOnGreen = [
  { token: "comment", foreground: "00580a" },
  { token: "number", foreground: "06573e" },
  { token: "type", foreground: "165a6b" },
  { token: "annotation", foreground: "5c5c5c" },
  { token: "attribute.name", foreground: "b00000" },
];

const lightDiff = {
  "diffEditor.insertedLineBackground": "#e8f6ec",
  "diffEditor.insertedTextBackground": "#c9ecd3",
  "diffEditor.removedLineBackground": "#fdecec",
  "diffEditor.removedTextBackground": "#f9d2d2",
};
const darkDiff = {
  "diffEditor.insertedLineBackground": "#10261a",
  "diffEditor.insertedTextBackground": "#1c4730",
  "diffEditor.removedLineBackground": "#2b1517",
  "diffEditor.removedTextBackground": "#562529",
};

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
    rules: isDark ? [] : readableOnGreen,
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
      ...(isDark ? darkDiff : lightDiff),
    },
  });
  monaco.editor.setTheme(THEME);
}
