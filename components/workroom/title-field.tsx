"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/lib/client/api";
import { renameWorkroom, storeWorkroom } from "@/lib/client/queries/workrooms";
import { useRoomAccess } from "@/lib/client/room-access";
import { showToast } from "@/lib/client/toast";
import type { WorkroomView } from "@/lib/protocol/views";

/** The workroom's name; click it to change it. Enter or leaving saves, Escape takes the change back. */
export function TitleField({ workroom }: { workroom: WorkroomView }) {
  const client = useQueryClient();
  const { canEdit } = useRoomAccess();
  const [draft, setDraft] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: (title: string) => renameWorkroom(workroom.id, title),
    onSuccess: (renamed) => storeWorkroom(client, renamed),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  const save = () => {
    const title = draft?.trim() ?? "";
    if (title !== "" && title !== workroom.title) rename.mutate(title);
    setDraft(null);
  };
  const shown = draft ?? (rename.isPending ? rename.variables : workroom.title);
  return (
    <h1 className="min-w-0 flex-1 md:flex-initial">
      <input
        aria-label="Name of the workroom"
        value={shown}
        maxLength={120}
        readOnly={!canEdit}
        title={workroom.title}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setDraft(null);
        }}
        className="field-sizing-content h-8 w-full max-w-96 min-w-16 touch-target truncate rounded-md border border-transparent bg-transparent px-1.5 text-base-app font-semibold transition-colors hover:border-border focus:border-input focus:bg-background"
      />
    </h1>
  );
}
