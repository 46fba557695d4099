"use client";
import { ChevronsUpDownIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { ChatView } from "@/lib/protocol/views";

type ChatSwitcherProps = {
  chats: readonly ChatView[];
  chatId: string;
  onOpen: (chatId: string) => void;
};

/** The chats of a workroom: one is open, the others a click away. All share the files. */
export function ChatSwitcher({ chats, chatId, onOpen }: ChatSwitcherProps) {
  const title = chats.find((chat) => chat.id === chatId)?.title ?? "New chat";
  return (
    <div className="flex h-10 shrink-0 items-center border-b px-2">
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            variant="ghost"
            size="sm"
            className="min-w-0 justify-start"
            aria-label={`Chat: ${title}`}
          >
            <span className="truncate">{title}</span>
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
    </div>
  );
}
