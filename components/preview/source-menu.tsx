"use client";
import { ChevronsUpDownIcon, FileCodeIcon, ServerIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { type PreviewSource, sourceLabel } from "./preview-source";

type SourceMenuProps = {
  sources: readonly PreviewSource[];
  current: PreviewSource;
  onChoose: (source: PreviewSource) => void;
};

const MAX_SHOWN = 50;

/** What the preview shows: one of the room's servers, or an HTML file of output/. */
export function SourceMenu({ sources, current, onChoose }: SourceMenuProps) {
  const isListed = sources.some((source) => source.key === current.key);
  const shown = (isListed ? sources : [current, ...sources]).slice(0, MAX_SHOWN);
  const short =
    current.kind === "port" ? `:${current.port}` : (current.path.split("/").at(-1) ?? current.path);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="sm"
          aria-label={`Shown: ${sourceLabel(current)}. Choose what to preview`}
          className="max-w-36 min-w-0 px-1.5 @max-md/work:max-w-28"
        >
          {current.kind === "port" ? <ServerIcon aria-hidden /> : <FileCodeIcon aria-hidden />}
          <span className="truncate">{short}</span>
          <ChevronsUpDownIcon aria-hidden className="!size-3" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-80">
        <DropdownMenuLabel>Show in the preview</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          value={current.key}
          onValueChange={(key) => {
            const chosen = shown.find((source) => source.key === key);
            if (chosen) onChoose(chosen);
          }}
        >
          {shown.map((source) => (
            <DropdownMenuRadioItem key={source.key} value={source.key}>
              <span className="break-all">{sourceLabel(source)}</span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
