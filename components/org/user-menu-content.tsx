"use client";
import { BoxesIcon, LogOutIcon } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";
import { signOut } from "@/lib/client/sign-in";
import { chooseTheme, currentTheme, type Theme, themes } from "@/lib/client/theme";
import { showToast } from "@/lib/client/toast";

const themeLabels: Record<Theme, string> = {
  system: "Like the system",
  light: "Light",
  dark: "Dark",
};

async function leave(): Promise<void> {
  try {
    await signOut();
    window.location.assign("/login");
  } catch {
    showToast("Signing out didn't work. Try again.", { tone: "error" });
  }
}

export type UserMenuProps = { orgSlug: string; email: string };

export function UserMenuContent(props: LazyMenuProps<UserMenuProps>) {
  const [theme, setTheme] = useState<Theme>(currentTheme);
  return (
    <DropdownMenu defaultOpen={props.defaultOpen}>
      <DropdownMenuTrigger asChild>{props.trigger}</DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="start" className="w-56">
        <DropdownMenuLabel className="truncate">{props.email}</DropdownMenuLabel>
        <DropdownMenuItem asChild>
          <Link href={`/${props.orgSlug}/settings/models`}>
            <BoxesIcon aria-hidden /> Models
          </Link>
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Theme</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          value={theme}
          onValueChange={(value) => {
            const chosen = themes.find((known) => known === value) ?? "system";
            chooseTheme(chosen);
            setTheme(chosen);
          }}
        >
          {themes.map((known) => (
            <DropdownMenuRadioItem
              key={known}
              value={known}
              onSelect={(event) => event.preventDefault()}
            >
              {themeLabels[known]}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => void leave()}>
          <LogOutIcon aria-hidden /> Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
