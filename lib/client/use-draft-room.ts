"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { createWorkroom, workroomKeys, workroomQuery } from "@/lib/client/queries/workrooms";
import type { WorkroomView } from "@/lib/protocol/views";

const KEY = "workroom.draft";
type KeptDraft = { idempotencyKey: string; workroomId: string | null };

function readDraft(): KeptDraft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (typeof kept === "object" && kept !== null && "idempotencyKey" in kept)
      return kept as KeptDraft;
  } catch {
    // A draft that can't be read is no draft.
  }
  const draft: KeptDraft = { idempotencyKey: crypto.randomUUID(), workroomId: null };
  sessionStorage.setItem(KEY, JSON.stringify(draft));
  return draft;
}

/**
 * The workroom that boots while a person still writes. The first letter or file makes it; the key kept in this tab makes
 * a reload or a lost answer find the same one again. `finish` forgets it, so that the next visit begins a new one.
 */
export function useDraftRoom() {
  const client = useQueryClient();
  const [workroomId, setWorkroomId] = useState<string | null>(null);
  const pending = useRef<Promise<WorkroomView> | null>(null);
  const room = useQuery({ ...workroomQuery(workroomId ?? ""), enabled: workroomId !== null });

  const make = async (): Promise<WorkroomView> => {
    const { idempotencyKey } = readDraft();
    const workroom = await createWorkroom({ isDraft: true, idempotencyKey });
    client.setQueryData(workroomKeys.detail(workroom.id), workroom);
    setWorkroomId(workroom.id);
    return workroom;
  };

  /** The same room for every caller; a failed try does not stand in the way of the next. */
  const open = (): Promise<WorkroomView> => {
    pending.current ??= make().catch((error: unknown) => {
      pending.current = null;
      throw error;
    });
    return pending.current;
  };

  const finish = () => {
    sessionStorage.removeItem(KEY);
    pending.current = null;
  };

  return { room: room.data ?? null, open, finish };
}
