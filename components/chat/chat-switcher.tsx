"use client";
import { ChevronsUpDownIcon, PlusIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Tooltip } from "@/components/ui/tooltip";
import type { ChatView } from "@/lib/protocol/views";

type ChatSwitcherProps = {
  chats: readonly ChatView[];
  chatId: string;
  isCreating: boolean;
  onOpen: (chatId: string) => void;
  onCreate: () => void;
};

/** The chats of a workroom: one is open, the others a click away. All share the files. */
export function ChatSwitcher({ chats, chatId, isCreating, onOpen, onCreate }: ChatSwitcherProps) {
  const current = chats.find((chat) => chat.id === chatId);
  return (
    <div className="flex h-10 shrink-0 items-center justify-between gap-2 border-b px-2">
      {chats.length > 1 ? (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button variant="ghost" size="sm" className="min-w-0 justify-start">
              <span className="truncate">{current?.title ?? "New chat"}</span>
              <ChevronsUpDownIcon aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="start" className="max-w-80">
            <DropdownMenuRadioGroup value={chatId} onValueChange={onOpen}>
              {chats.map((chat) => (
                <DropdownMenuRadioItem key={chat.id} value={chat.id}>
                  <span className="truncate">{chat.title}</span>
                  {chat.runningTurnId && (
                    <span className="ml-auto text-xs text-muted-foreground">Working</span>
                  )}
                </DropdownMenuRadioItem>
              ))}
            </DropdownMenuRadioGroup>
          </DropdownMenuContent>
        </DropdownMenu>
      ) : (
        <span />
      )}
      <Tooltip label="New chat in this workroom">
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="New chat"
          disabled={isCreating}
          onClick={onCreate}
        >
          <PlusIcon aria-hidden />
        </Button>
      </Tooltip>
    </div>
  );
}
