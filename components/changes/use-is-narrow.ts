"use client";
import { useSyncExternalStore } from "react";

const NARROW = "(max-width: 47.99rem)";

const subscribe = (notify: () => void) => {
  const media = matchMedia(NARROW);
  media.addEventListener("change", notify);
  return () => media.removeEventListener("change", notify);
};

/** A phone: too narrow for two columns of text. */
export const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW).matches,
    () => false,
  );
