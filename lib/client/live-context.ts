"use client";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { ConnectionState, LiveSocket } from "./live";

export const LiveContext = createContext<LiveSocket | null>(null);

export function useLiveSocket(): LiveSocket {
  const socket = useContext(LiveContext);
  if (!socket) throw new Error("LiveContext is missing above this component");
  return socket;
}

export function useConnectionState(): ConnectionState {
  const socket = useLiveSocket();
  return useSyncExternalStore(socket.onStateChange, socket.state, () => "connecting");
}
