"use client";
import { useEffect, useMemo, useState } from "react";
import type { ChatState } from "@/lib/client/chat/chat-state";
import { endingWords } from "./turn-words";

const BATCH_MS = 1_500;

/** The newest thing worth hearing: the step that runs, or how the turn ended and its last words. */
function newsOf(chat: ChatState): string {
  const last = chat.items.findLast((item) => item.kind === "turn");
  if (last?.kind !== "turn") return "";
  const { view, parts } = last.turn;
  if (view === null || view.state === "running") {
    const step = parts.findLast((part) => part.kind === "step");
    return step?.kind === "step" ? step.title : "Working";
  }
  const text = parts.findLast((part) => part.kind === "text");
  return `${endingWords(view, view.state)}. ${text?.kind === "text" ? text.text : ""}`;
}

/** Reads the stream out politely: at most one sentence in a while, never each chunk. */
export function ChatAnnouncer({ chat }: { chat: ChatState }) {
  const news = useMemo(() => newsOf(chat), [chat]);
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(news), BATCH_MS);
    return () => clearTimeout(timer);
  }, [news]);
  return (
    <p aria-live="polite" className="sr-only">
      {spoken}
    </p>
  );
}
