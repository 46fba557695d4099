import type { ITheme } from "@xterm/xterm";
import { isDarkColor, tokenColor } from "../editor/token-color";

/** The sixteen colours of programs, readable on a light ground (contrast of 4.5 or more on white). */
const onLight: ITheme = {
  black: "#1f2328",
  red: "#b42318",
  green: "#1a7f37",
  yellow: "#8a5a00",
  blue: "#1f5fbf",
  magenta: "#8250df",
  cyan: "#0f6e84",
  white: "#57606a",
  brightBlack: "#57606a",
  brightRed: "#a40e26",
  brightGreen: "#116329",
  brightYellow: "#6f4400",
  brightBlue: "#0a4fb0",
  brightMagenta: "#6639ba",
  brightCyan: "#0b5a6d",
  brightWhite: "#1f2328",
};
const onDark: ITheme = {
  black: "#6e7681",
  red: "#ff8178",
  green: "#57d07b",
  yellow: "#e3b341",
  blue: "#79b0ff",
  magenta: "#d2a8ff",
  cyan: "#5fd0e3",
  white: "#d0d7de",
  brightBlack: "#8b949e",
  brightRed: "#ffa198",
  brightGreen: "#7ee2a0",
  brightYellow: "#f2cc60",
  brightBlue: "#a5cdff",
  brightMagenta: "#e2c5ff",
  brightCyan: "#8be3f1",
  brightWhite: "#f6f8fa",
};

/** The screen's colours from the tokens of the current theme. */
export function terminalTheme(): ITheme {
  const background = tokenColor("--color-background", "#ffffff");
  const isDark = isDarkColor(background);
  const foreground = tokenColor("--color-foreground", isDark ? "#eeeeee" : "#1f2328");
  const accent = tokenColor("--color-ring", isDark ? "#79b0ff" : "#1f5fbf");
  return {
    ...(isDark ? onDark : onLight),
    background,
    foreground,
    cursor: foreground,
    cursorAccent: background,
    selectionBackground: `${accent}40`,
  };
}
