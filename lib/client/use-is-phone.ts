"use client";
import { useSyncExternalStore } from "react";

const PHONE = "(width < 48rem)";

const subscribe = (listener: () => void) => {
  const media = window.matchMedia(PHONE);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
};

/** Too narrow for chat and work side by side. The same width as Tailwind's `md`. */
export const useIsPhone = () =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(PHONE).matches,
    () => false,
  );
