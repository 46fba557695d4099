"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { LiveSocket } from "@/lib/client/live";
import { LiveContext } from "@/lib/client/live-context";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { storePresence } from "@/lib/client/queries/presence";
import { dropWorkroom, storeWorkroom } from "@/lib/client/queries/workrooms";

const liveUrl = () => {
  const url = new URL("/ws/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
};

/** Keeps one live socket for the tab and writes what it says about workrooms into the query cache. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [socket] = useState(
    () =>
      new LiveSocket({
        url: liveUrl,
        onWorkroom: (workroom) => storeWorkroom(client, workroom),
        onWorkroomRemoved: (workroomId) => dropWorkroom(client, workroomId),
        onPresence: (workroomId, people) => storePresence(client, workroomId, people),
        onReconnect: () => void client.invalidateQueries(),
        // The server ended the line: the session or the membership may have ended with it, and the page says so.
        onDown: (reason) => {
          if (typeof reason === "string")
            void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
        },
      }),
  );
  useEffect(() => {
    socket.start();
    return () => socket.stop();
  }, [socket]);
  return <LiveContext value={socket}>{children}</LiveContext>;
}
