"use client";
import { createContext, use } from "react";
import type { WorkroomView } from "@/lib/protocol/views";

export type WorkContextValue = {
  workroom: WorkroomView;
  /** Puts a text into the chat's composer; the person reads it and sends it. */
  askEmployee: (text: string) => void;
};

export const WorkContext = createContext<WorkContextValue | null>(null);

/** The workroom the panel shows, for everything inside it. */
export function useWork(): WorkContextValue {
  const value = use(WorkContext);
  if (!value) throw new Error("useWork belongs inside WorkPanel.");
  return value;
}
