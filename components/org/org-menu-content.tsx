"use client";
import { CheckIcon, PlusIcon, SettingsIcon } from "lucide-react";
import Link from "next/link";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";
import type { OrgView, ViewerView } from "@/lib/protocol/views";
import { OrgMark } from "./org-mark";

export type OrgMenuProps = { org: OrgView; orgs: ViewerView["orgs"] };

export function OrgMenuContent({ org, orgs, trigger, defaultOpen }: LazyMenuProps<OrgMenuProps>) {
  return (
    <DropdownMenu defaultOpen={defaultOpen}>
      <DropdownMenuTrigger asChild>{trigger}</DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="w-60">
        <DropdownMenuLabel>Your organisations</DropdownMenuLabel>
        {orgs.map(({ id, slug, name }) => (
          <DropdownMenuItem key={id} asChild>
            {/* A fresh page: nothing of one organisation is kept for the next. */}
            <a href={`/${slug}`} aria-current={id === org.id ? "true" : undefined}>
              <OrgMark name={name} />
              <span className="min-w-0 flex-1 truncate">{name}</span>
              {id === org.id && <CheckIcon aria-hidden />}
            </a>
          </DropdownMenuItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/new-organisation">
            <PlusIcon aria-hidden /> New organisation…
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link href={`/${org.slug}/settings/organisation`}>
            <SettingsIcon aria-hidden /> Settings
          </Link>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
