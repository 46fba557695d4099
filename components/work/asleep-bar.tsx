"use client";
import { MoonIcon } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { WakeButton } from "./wake-button";
import { useWork } from "./work-context";

/** Over what can be read in a sleeping room: says so, with the one button that wakes it. */
export function AsleepBar({ children }: { children: string }) {
  const { workroom } = useWork();
  if (workroom.state !== "sleeping") return null;
  return (
    <Banner
      icon={<MoonIcon aria-hidden />}
      action={<WakeButton workroomId={workroom.id} size="sm" label="Wake" />}
      className="border-b"
    >
      {children}
    </Banner>
  );
}
