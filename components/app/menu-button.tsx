"use client";
import { MenuIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useOpenDrawer } from "./drawer-context";

/** Opens the sidebar on a phone; a desk shows it anyway. */
export function MenuButton() {
  const openDrawer = useOpenDrawer();
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label="Open the list of workrooms"
      className="md:hidden"
      onClick={openDrawer}
    >
      <MenuIcon aria-hidden className="!size-5" />
    </Button>
  );
}
