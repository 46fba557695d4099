"use client";
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const FIRST = 60;
const MORE = 60;

/**
 * The newest items first, earlier ones as the person scrolls up to them: a chat of a thousand messages opens as fast as
 * a short one. What is in sight stays where it is when earlier items come in above it.
 */
export function useRecentItems<T>(
  items: readonly T[],
  scrollerRef: RefObject<HTMLDivElement | null>,
) {
  const [shownCount, setShownCount] = useState(FIRST);
  const topRef = useRef<HTMLDivElement>(null);
  const heightBefore = useRef<number | null>(null);
  const hasMore = items.length > shownCount;

  useEffect(() => {
    const top = topRef.current;
    const scroller = scrollerRef.current;
    if (!top || !scroller || !hasMore) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        heightBefore.current = scroller.scrollHeight;
        setShownCount((count) => count + MORE);
      },
      { root: scroller, rootMargin: "600px 0px 0px 0px" },
    );
    observer.observe(top);
    return () => observer.disconnect();
    // An observer tells of changes only: a top that is still in sight after more items came needs a new one.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [hasMore, scrollerRef, shownCount]);

  useLayoutEffect(() => {
    const scroller = scrollerRef.current;
    if (!scroller || heightBefore.current === null) return;
    scroller.scrollTop += scroller.scrollHeight - heightBefore.current;
    heightBefore.current = null;
  });

  return { shown: hasMore ? items.slice(-shownCount) : items, hasMore, topRef };
}
