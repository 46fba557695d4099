"use client";
import { useCallback, useEffect, useRef, useState } from "react";

const NEAR_PX = 48;

/**
 * Keeps the end of a growing list in sight, unless the person has scrolled up to read. The refs go on the scrolling
 * element and on what grows in it.
 */
export function useStickToEnd() {
  const scrollerRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  const [isAway, setAway] = useState(false);

  const jump = useCallback(() => {
    const scroller = scrollerRef.current;
    if (!scroller) return;
    isStuck.current = true;
    setAway(false);
    scroller.scrollTop = scroller.scrollHeight;
  }, []);

  useEffect(() => {
    const scroller = scrollerRef.current;
    const content = contentRef.current;
    if (!scroller || !content) return undefined;
    let lastTop = scroller.scrollTop;
    const onScroll = () => {
      const top = scroller.scrollTop;
      const isNear = scroller.scrollHeight - top - scroller.clientHeight < NEAR_PX;
      // Growing content also fires scroll events; only going up is a person's wish to read.
      if (isNear) isStuck.current = true;
      else if (top < lastTop) isStuck.current = false;
      lastTop = top;
      setAway(!isStuck.current);
    };
    const observer = new ResizeObserver(() => {
      if (isStuck.current) scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(content);
    observer.observe(scroller);
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scrollerRef, contentRef, isAway, jump };
}
