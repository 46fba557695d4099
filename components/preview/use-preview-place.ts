"use client";
import { useState } from "react";
import { type PreviewSource, startPath } from "./preview-source";

/** Where a preview's frame is: our own list of places, and a number that makes the frame load anew. */
export type PreviewPlace = {
  path: string;
  loadId: number;
  canGoBack: boolean;
  canGoForward: boolean;
  go: (path: string) => void;
  back: () => void;
  forward: () => void;
  reload: () => void;
};

type Places = { sourceKey: string; paths: readonly string[]; at: number; loadId: number };

/** The places a person asked for by the toolbar; what happens inside the frame is in frame-history.ts. */
export function usePreviewPlace(source: PreviewSource): PreviewPlace {
  const fresh = (loadId: number): Places => ({
    sourceKey: source.key,
    paths: [startPath(source)],
    at: 0,
    loadId,
  });
  const [stored, setPlaces] = useState<Places>(() => fresh(0));
  let places = stored;
  if (places.sourceKey !== source.key) {
    places = fresh(places.loadId + 1);
    setPlaces(places);
  }
  const moveTo = (at: number) => setPlaces((now) => ({ ...now, at, loadId: now.loadId + 1 }));
  return {
    path: places.paths[places.at] ?? startPath(source),
    loadId: places.loadId,
    canGoBack: places.at > 0,
    canGoForward: places.at < places.paths.length - 1,
    go: (path) =>
      setPlaces((now) => ({
        ...now,
        paths: [...now.paths.slice(0, now.at + 1), path],
        at: now.at + 1,
        loadId: now.loadId + 1,
      })),
    back: () => moveTo(places.at - 1),
    forward: () => moveTo(places.at + 1),
    reload: () => moveTo(places.at),
  };
}
