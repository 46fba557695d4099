"use client";
import { type Ref, useEffect, useRef, useState } from "react";
import { cn } from "@/lib/client/cn";
import { type DeviceFrame, deviceSizes } from "./device-frame";

/** The preview has an origin of its own, so it may keep its storage; it can't navigate or read the page around it. */
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads allow-modals";
/** A page that streams or hangs never fires `load`; the bar must not run for ever. */
const LONGEST_BAR_MS = 10_000;

type PreviewFrameProps = {
  ref: Ref<HTMLIFrameElement>;
  address: string;
  title: string;
  device: DeviceFrame;
  onLoad: () => void;
};

export function PreviewFrame({ ref, address, title, device, onLoad }: PreviewFrameProps) {
  const [isLoading, setIsLoading] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    timer.current = setTimeout(() => setIsLoading(false), LONGEST_BAR_MS);
    return () => clearTimeout(timer.current);
  }, []);
  const size = device === "full" ? null : deviceSizes[device];
  return (
    <div
      className={cn("relative min-h-0 flex-1 overflow-auto", size && "bg-muted p-4")}
      // A frame that is larger than its place scrolls, and what scrolls must be reachable by keyboard.
      {...(size && { tabIndex: 0, role: "group", "aria-label": "Preview at another screen size" })}
    >
      {isLoading && (
        <output className="absolute inset-x-0 top-0 z-10 h-0.5 animate-pulse bg-primary">
          <span className="sr-only">Loading the preview…</span>
        </output>
      )}
      <iframe
        ref={ref}
        src={address}
        title={title}
        sandbox={SANDBOX}
        allow="clipboard-write; fullscreen"
        referrerPolicy="no-referrer"
        onLoad={() => {
          setIsLoading(false);
          onLoad();
        }}
        className={cn(
          "block bg-white",
          size ? "mx-auto max-w-none rounded-lg border shadow-md" : "size-full",
        )}
        style={size ?? undefined}
      />
    </div>
  );
}
