"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Command, useCommandState } from "cmdk";
import { BotIcon, BoxesIcon, PlusIcon, SunMoonIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ComponentProps, ReactNode } from "react";
import { StateDot } from "@/components/org/state-dot";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { mergeRooms } from "@/lib/client/queries/room-lists";
import { roomPagesQuery } from "@/lib/client/queries/workrooms";
import { useSettled } from "@/lib/client/use-settled";
import { workroomListViews } from "@/lib/protocol/view-names";
import { chooseTheme, currentTheme, themes } from "@/lib/client/theme";

const SEARCH_AFTER_MS = 150;

const groupClasses =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted-foreground";

function CommandItem({
  icon,
  children,
  ...props
}: ComponentProps<typeof Command.Item> & { icon: ReactNode }) {
  return (
    <Command.Item
      className="flex min-h-9 items-center gap-2.5 rounded-md px-2 text-sm select-none data-[selected=true]:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:text-muted-foreground"
      {...props}
    >
      {icon}
      <span className="min-w-0 truncate">{children}</span>
    </Command.Item>
  );
}

function nextTheme(): void {
  chooseTheme(themes[(themes.indexOf(currentTheme()) + 1) % themes.length] ?? "system");
}

type CommandMenuProps = { orgSlug: string; open: boolean; onOpenChange: (open: boolean) => void };

/** Ctrl-K: every workroom and action, by typing a part of its name. */
export function CommandMenu({ orgSlug, open, onOpenChange }: CommandMenuProps) {
  const router = useRouter();
  const run = (action: () => void) => () => {
    onOpenChange(false);
    action();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Search rooms and actions"
        isTitleHidden
        className="gap-0 p-0 md:top-[20%] md:translate-y-0 [&>button:last-child]:hidden"
      >
        <Command label="Search rooms and actions" className="flex min-h-0 flex-col">
          <Command.Input
            placeholder="Search rooms and actions…"
            className="h-12 border-b bg-transparent px-4 text-base-app outline-none placeholder:text-muted-foreground"
          />
          <Command.List className="max-h-80 overflow-y-auto p-2">
            <Command.Empty className="py-6 text-center text-sm text-muted-foreground">
              Nothing matches.
            </Command.Empty>
            <Command.Group heading="Actions" className={groupClasses}>
              <CommandItem
                icon={<PlusIcon aria-hidden />}
                onSelect={run(() => router.push(`/${orgSlug}`))}
              >
                New workroom
              </CommandItem>
              <CommandItem
                icon={<BotIcon aria-hidden />}
                onSelect={run(() => router.push(`/${orgSlug}/employees`))}
              >
                Employees
              </CommandItem>
              <CommandItem
                icon={<BoxesIcon aria-hidden />}
                onSelect={run(() => router.push(`/${orgSlug}/settings/models`))}
              >
                Models
              </CommandItem>
              <CommandItem icon={<SunMoonIcon aria-hidden />} onSelect={nextTheme}>
                Switch theme
              </CommandItem>
            </Command.Group>
            <RoomCommands
              onPick={(id) => run(() => router.push(`/${orgSlug}/workrooms/${id}`))()}
            />
          </Command.List>
        </Command>
      </DialogContent>
    </Dialog>
  );
}

function RoomCommands({ onPick }: { onPick: (workroomId: string) => void }) {
  const q = useSettled(
    useCommandState((state) => state.search.trim()),
    SEARCH_AFTER_MS,
  );
  const { data } = useInfiniteQuery({
    ...roomPagesQuery(workroomListViews, q),
    placeholderData: keepPreviousData,
  });
  const rooms = mergeRooms(data?.pages[0]?.workrooms ?? []);
  if (rooms.length === 0) return null;
  return (
    <Command.Group heading="Workrooms" className={groupClasses}>
      {rooms.map((workroom) => (
        <CommandItem
          key={workroom.id}
          value={`${workroom.title} ${workroom.id}`}
          icon={<StateDot workroom={workroom} className="px-1" />}
          onSelect={() => onPick(workroom.id)}
        >
          {workroom.title}
        </CommandItem>
      ))}
    </Command.Group>
  );
}
