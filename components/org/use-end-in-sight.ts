"use client";
import { useEffect, useRef, useState, type RefCallback } from "react";

/** Calls `onEnd` when the mark at the end of a list comes near what can be seen, and again when more came and it still is. */
export function useEndInSight(onEnd: (() => void) | undefined): RefCallback<Element> {
  const latest = useRef(onEnd);
  const [mark, setMark] = useState<Element | null>(null);
  useEffect(() => {
    latest.current = onEnd;
  });
  const isAsked = onEnd !== undefined;
  useEffect(() => {
    if (!mark || !isAsked) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && latest.current?.(),
      { root: mark.parentElement, rootMargin: "600px" },
    );
    observer.observe(mark);
    return () => observer.disconnect();
  }, [mark, isAsked]);
  return setMark;
}
