"use client";
import { useQuery } from "@tanstack/react-query";
import { HardDriveIcon, ShieldAlertIcon } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { ViewerView } from "@/lib/protocol/views";

const missingWalls = ({ hostWalls }: ViewerView) =>
  hostWalls
    .filter(({ isRequired, isBuilt }) => isRequired && !isBuilt)
    .map(({ title, remedy }) => (remedy ? `${title} (${remedy})` : title))
    .join("; ");

/** What everybody has to know about this installation before they trust it with work. */
export function InstallationBanners() {
  const { data: viewer } = useQuery(viewerQuery());
  if (!viewer) return null;
  return (
    <>
      {!viewer.canOpenRooms && (
        <Banner tone="danger" icon={<ShieldAlertIcon aria-hidden />}>
          Workrooms can&rsquo;t open on this machine. Missing: {missingWalls(viewer)}.
        </Banner>
      )}
      {viewer.canOpenRooms && viewer.isWeakSandbox && (
        <Banner tone="warning" icon={<ShieldAlertIcon aria-hidden />}>
          Weak sandbox: only run what you trust. Missing: {missingWalls(viewer)}.
        </Banner>
      )}
      {viewer.isDiskStopped && (
        <Banner tone="danger" icon={<HardDriveIcon aria-hidden />}>
          The disk of this machine is nearly full, so workrooms are paused. Free some space; they go
          on by themselves.
        </Banner>
      )}
    </>
  );
}
