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
  const [openness, setOpenness] = useState<WorkroomView["openness"]>("private");
  const client = useQueryClient();
  const [workroomId, setWorkroomId] = useState<string | null>(null);
  const pending = useRef<Promise<WorkroomView> | null>(null);
  const room = useQuery({ ...workroomQuery(workroomId ?? ""), enabled: workroomId !== null });

  const make = async (openness: WorkroomView["openness"]): Promise<WorkroomView> => {
    const { idempotencyKey } = readDraft();
    const workroom = await createWorkroom({ isDraft: true, openness, idempotencyKey });
    client.setQueryData(workroomKeys.detail(workroom.id), workroom);
    setWorkroomId(workroom.id);
    return workroom;
  };

  /** A failed try does not stand in the way of the next. */
  const ask = (chosen: WorkroomView["openness"], before?: Promise<unknown>) => {
    const asked = Promise.resolve(before).then(() => make(chosen));
    pending.current = asked;
    asked.catch(() => {
      if (pending.current === asked) pending.current = null;
    });
    return asked;
  };

  /** The same room for every caller. */
  const open = (): Promise<WorkroomView> => pending.current ?? ask(openness);

  /** Who will be able to open it; fixed once something was said in it. A draft that is there already is told. */
  const choose = (next: WorkroomView["openness"]) => {
    setOpenness(next);
    if (pending.current)
      void ask(
        next,
        pending.current.catch(() => undefined),
      );
  };

  const finish = () => {
    sessionStorage.removeItem(KEY);
    pending.current = null;
  };

  return { room: room.data ?? null, openness, choose, open, finish };
}
