"use client";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { PreviewMessage } from "@/lib/protocol/preview-messages";
import { addToPageLog, emptyPageLog, readPreviewMessage } from "./page-log";

/** A page that floods costs one drawing in this time, and what is over the number is never looked at. */
const BATCH_MS = 150;
const MAX_BATCH = 200;

export type Picked = { selector: string; text: string };

/**
 * What the page in the preview's frame tells. Only its own window on its own origin is heard: a page that the frame
 * went on to, a frame inside it and every other window are not.
 */
export function usePageMessages(onPicked: (picked: Picked) => void) {
  const frameRef = useRef<HTMLIFrameElement>(null);
  const [log, setLog] = useState(emptyPageLog);
  const [isPicking, setPicking] = useState(false);

  const take = useEffectEvent((messages: readonly PreviewMessage[]) => {
    setLog((now) => addToPageLog(now, messages));
    const end = messages.find(({ type }) => type === "picked" || type === "pick_ended");
    // A page that names an element unasked is not heard.
    if (!isPicking || !end) return;
    setPicking(false);
    if (end.type === "picked") onPicked(end);
  });

  useEffect(() => {
    let waiting: PreviewMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const messages = waiting;
      waiting = [];
      take(messages);
    };
    const receive = ({ source, origin, data }: MessageEvent<unknown>) => {
      const frame = frameRef.current;
      if (!frame || source !== frame.contentWindow || origin !== originOf(frame)) return;
      if (waiting.length >= MAX_BATCH) return;
      const message = readPreviewMessage(data);
      if (!message) return;
      waiting.push(message);
      timer ??= setTimeout(flush, BATCH_MS);
    };
    window.addEventListener("message", receive);
    return () => {
      window.removeEventListener("message", receive);
      clearTimeout(timer);
    };
  }, []);

  const pick = (isOn: boolean) => {
    const frame = frameRef.current;
    if (!frame) return;
    frame.contentWindow?.postMessage({ workroomPick: isOn }, originOf(frame));
    setPicking(isOn);
    if (isOn) frame.focus();
  };
  return {
    frameRef,
    log,
    clear: () => setLog({ ...log, entries: [], errorCount: 0 }),
    isPicking,
    pick,
  };
}

/** Of the address that the dashboard gave the frame: the page inside can't change it. */
const originOf = (frame: HTMLIFrameElement): string => new URL(frame.src).origin;
