"use client";
import { useState } from "react";
import {
  canGoBack,
  canGoForward,
  observeLength,
  startFrameHistory,
  steppedBack,
  steppedForward,
} from "./frame-history";

/** Back and forward inside the frame of one load; see frame-history.ts for what can be known. */
export function useFrameHistory() {
  const [state, setState] = useState(() => startFrameHistory(history.length));
  return {
    canGoBack: canGoBack(state),
    canGoForward: canGoForward(state),
    /** Looks again whether the frame moved; called when it loads and when the person reaches for the toolbar. */
    observe: () => setState((now) => observeLength(now, history.length)),
    back: () => {
      setState(steppedBack);
      history.back();
    },
    forward: () => {
      setState(steppedForward);
      history.forward();
    },
  };
}
