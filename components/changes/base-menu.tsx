"use client";
import { ChevronsUpDownIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { ChangeBase } from "@/lib/client/queries/changes";

type BaseMenuProps = {
  base: ChangeBase;
  /** The server's own words for the base in use: "version 2". */
  label: string | undefined;
  hasPublished: boolean;
  onChange: (base: ChangeBase) => void;
};

const words: Record<ChangeBase, string> = {
  turn: "Since the turn began",
  published: "Since the last published version",
};

export function BaseMenu({ base, label, hasPublished, onChange }: BaseMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="sm" className="min-w-0 px-1.5" title={label}>
          <span className="truncate">{words[base]}</span>
          <ChevronsUpDownIcon aria-hidden className="!size-3" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuLabel>Compare with</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          value={base}
          onValueChange={(value) => onChange(value as ChangeBase)}
        >
          <DropdownMenuRadioItem value="turn">The start of the last turn</DropdownMenuRadioItem>
          <DropdownMenuRadioItem value="published" disabled={!hasPublished}>
            {hasPublished ? "The last published version" : "Nothing is published yet"}
          </DropdownMenuRadioItem>
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
