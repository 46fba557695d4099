"use client";
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useEffect, useEffectEvent, useRef } from "react";
import { onThemeChange } from "../editor/on-theme-change";
import { type TerminalLine, TerminalSocket } from "./terminal-socket";
import { terminalTheme } from "./terminal-theme";

const SCROLLBACK_LINES = 5_000;
const FIT_PAUSE_MS = 60;

export type TerminalScreenProps = {
  workroomId: string;
  terminalId: string;
  isVisible: boolean;
  /** Puts the output into the page as text, for screen readers; it costs speed. */
  isReadAloud: boolean;
  onLine: (line: TerminalLine) => void;
};

/** One shell on the screen. Load it by `dynamic(…, { ssr: false })` only: it brings xterm. */
export function TerminalScreen(props: TerminalScreenProps) {
  const { workroomId, terminalId, isVisible, isReadAloud } = props;
  const hostRef = useRef<HTMLDivElement>(null);
  const terminalRef = useRef<Terminal | null>(null);
  const report = useEffectEvent(props.onLine);
  const startsReadAloud = useEffectEvent(() => isReadAloud);

  useEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    const terminal = openTerminal(host, startsReadAloud());
    terminalRef.current = terminal;
    const socket = new TerminalSocket({
      workroomId,
      terminalId,
      size: () => ({ cols: terminal.cols, rows: terminal.rows }),
      onBytes: (bytes) => terminal.write(bytes),
      onAttach: () => terminal.reset(),
      onLine: report,
    });
    const stopJoining = joinTerminal(terminal, socket);
    const stopFitting = followSize(terminal, host);
    const stopTheme = onThemeChange(() => {
      terminal.options.theme = terminalTheme();
    });
    report({ state: "connecting" });
    socket.start();
    return () => {
      socket.stop();
      stopJoining();
      stopFitting();
      stopTheme();
      terminal.dispose();
      terminalRef.current = null;
    };
  }, [workroomId, terminalId]);

  useEffect(() => {
    if (terminalRef.current) terminalRef.current.options.screenReaderMode = isReadAloud;
  }, [isReadAloud]);

  useEffect(() => {
    if (isVisible) terminalRef.current?.focus();
  }, [isVisible]);

  return <div ref={hostRef} className="size-full overflow-hidden py-1.5 pl-2" />;
}

function openTerminal(host: HTMLElement, isReadAloud: boolean): Terminal {
  const terminal = new Terminal({
    allowProposedApi: false,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: getComputedStyle(host).getPropertyValue("--font-geist-mono") || "monospace",
    fontSize: 13,
    lineHeight: 1.25,
    minimumContrastRatio: 4.5,
    screenReaderMode: isReadAloud,
    scrollback: SCROLLBACK_LINES,
    theme: terminalTheme(),
  });
  terminal.open(host);
  terminal.attachCustomKeyEventHandler((event) => !isClipboardKey(event, terminal));
  return terminal;
}

/** Ctrl-C with a selection copies and Ctrl-V pastes, as everywhere else; without one Ctrl-C stays the shell's. */
function isClipboardKey(event: KeyboardEvent, terminal: Terminal): boolean {
  if (event.type !== "keydown" || !event.ctrlKey || event.altKey || event.metaKey) return false;
  const key = event.key.toLowerCase();
  if (key === "c" && (event.shiftKey || terminal.hasSelection())) {
    if (terminal.hasSelection()) {
      event.preventDefault();
      void navigator.clipboard.writeText(terminal.getSelection());
      terminal.clearSelection();
    }
    return true;
  }
  // The browser's own paste event follows, and xterm takes the text from it.
  return key === "v";
}

function joinTerminal(terminal: Terminal, socket: TerminalSocket): () => void {
  const subscriptions = [
    terminal.onData((text) => socket.send(text)),
    terminal.onBinary((text) =>
      socket.sendBytes(Uint8Array.from(text, (letter) => letter.charCodeAt(0))),
    ),
    terminal.onResize(({ cols, rows }) => socket.resize(cols, rows)),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.dispose();
  };
}

/** Keeps the rows and columns equal to the space there is. */
function followSize(terminal: Terminal, host: HTMLElement): () => void {
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    // A hidden tab has no size; fitting to it would fold every line.
    if (host.clientWidth > 0) timer = setTimeout(() => fit.fit(), FIT_PAUSE_MS);
  });
  observer.observe(host);
  if (host.clientWidth > 0) fit.fit();
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
