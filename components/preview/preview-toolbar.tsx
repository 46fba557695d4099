"use client";
import {
  ArrowLeftIcon,
  ArrowRightIcon,
  ExternalLinkIcon,
  MonitorIcon,
  RotateCwIcon,
  SmartphoneIcon,
  TabletIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { fieldClasses } from "@/components/ui/input";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/client/cn";
import { type DeviceFrame, deviceFrames, deviceLabels } from "./device-frame";
import { typedPath } from "./preview-source";

type ToolbarButtonProps = {
  label: string;
  isDisabled?: boolean;
  onClick: () => void;
  children: ReactNode;
};

function ToolbarButton({ label, isDisabled = false, onClick, children }: ToolbarButtonProps) {
  return (
    <Tooltip label={label}>
      <Button
        variant="ghost"
        size="icon"
        aria-label={label}
        disabled={isDisabled}
        onClick={onClick}
      >
        {children}
      </Button>
    </Tooltip>
  );
}

const deviceIcons = { full: MonitorIcon, tablet: TabletIcon, phone: SmartphoneIcon };

export type PreviewToolbarProps = {
  path: string;
  /** The frame has moved by itself, so that `path` may not be where it is. */
  hasMoved: boolean;
  canGoBack: boolean;
  canGoForward: boolean;
  device: DeviceFrame;
  sourceMenu: ReactNode;
  /** What works with the help of the page. */
  pageTools: ReactNode;
  onBack: () => void;
  onForward: () => void;
  onReload: () => void;
  onGo: (path: string) => void;
  onOpen: () => void;
  onDevice: (device: DeviceFrame) => void;
};

export function PreviewToolbar(props: PreviewToolbarProps) {
  const { path, hasMoved, device, onGo } = props;
  return (
    <div
      role="toolbar"
      aria-label="Preview"
      className="flex h-10 shrink-0 items-center gap-0.5 border-b px-1.5"
    >
      <ToolbarButton label="Back" isDisabled={!props.canGoBack} onClick={props.onBack}>
        <ArrowLeftIcon aria-hidden />
      </ToolbarButton>
      <span className="@max-md/work:hidden">
        <ToolbarButton label="Forward" isDisabled={!props.canGoForward} onClick={props.onForward}>
          <ArrowRightIcon aria-hidden />
        </ToolbarButton>
      </span>
      <ToolbarButton label="Reload" onClick={props.onReload}>
        <RotateCwIcon aria-hidden />
      </ToolbarButton>
      <PathField key={`${path}|${hasMoved}`} path={path} hasMoved={hasMoved} onGo={onGo} />
      {props.sourceMenu}
      {props.pageTools}
      <DeviceMenu device={device} onDevice={props.onDevice} />
      <ToolbarButton label="Open in a new tab" onClick={props.onOpen}>
        <ExternalLinkIcon aria-hidden />
      </ToolbarButton>
    </div>
  );
}

type DeviceMenuProps = Pick<PreviewToolbarProps, "device" | "onDevice">;

function DeviceMenu({ device, onDevice }: DeviceMenuProps) {
  const DeviceIcon = deviceIcons[device];
  return (
    <DropdownMenu>
      <Tooltip label="Screen size">
        <DropdownMenuTrigger asChild>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Screen size: ${deviceLabels[device]}`}
            className="@max-md/work:hidden"
          >
            <DeviceIcon aria-hidden />
          </Button>
        </DropdownMenuTrigger>
      </Tooltip>
      <DropdownMenuContent align="end">
        <DropdownMenuRadioGroup
          value={device}
          onValueChange={(value) => onDevice(value as DeviceFrame)}
        >
          {deviceFrames.map((frame) => (
            <DropdownMenuRadioItem key={frame} value={frame}>
              {deviceLabels[frame]}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

type PathFieldProps = { path: string; hasMoved: boolean; onGo: (path: string) => void };

function PathField({ path, hasMoved, onGo }: PathFieldProps) {
  return (
    <form
      className="min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        onGo(typedPath(String(new FormData(event.currentTarget).get("path") ?? "")));
      }}
    >
      <input
        name="path"
        aria-label="Path"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={hasMoved ? "" : readablePath(path)}
        placeholder={hasMoved ? "Another page of this preview" : "/"}
        className={cn(fieldClasses, "h-7 truncate border-border bg-muted px-2.5 font-mono text-xs")}
      />
    </form>
  );
}

function readablePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
