"use client";
import { useEffect, useEffectEvent, useRef } from "react";

/** Calls back when a turn that ran has ended. */
export function useTurnEnd(isWorking: boolean, onEnd: () => void): void {
  const wasWorking = useRef(isWorking);
  const ended = useEffectEvent(onEnd);
  useEffect(() => {
    if (wasWorking.current && !isWorking) ended();
    wasWorking.current = isWorking;
  }, [isWorking]);
}
