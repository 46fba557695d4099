"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { errorText } from "@/lib/client/api";
import { followRun, type Language, startRun, stopRun } from "@/lib/client/queries/runs";
import type { RunEvent, RunImage, RunTable, RunWord } from "@/lib/protocol/runs";

const MAX_SHOWN_CHARS = 200_000;
const MAX_TRIES = 20;
const AGAIN_AFTER_MS = 1_000;

/** One thing in the output, in the order it came; text that follows text is one piece. */
export type RunPart =
  | { kind: "stdout" | "stderr" | "result"; text: string }
  | { kind: "table"; table: RunTable }
  | { kind: "image"; image: RunImage };
export type RunEnd = Extract<RunWord, { type: "end" }>;
export type RunOutcome = {
  id: string | null;
  parts: readonly RunPart[];
  end: RunEnd | null;
  failure: string | null;
};

const fresh: RunOutcome = { id: null, parts: [], end: null, failure: null };

/** Runs code in a workspace and gathers what it shows. A line that breaks is taken up again where it was. */
export function useRun(workspaceId: string) {
  const [outcome, setOutcome] = useState<RunOutcome | null>(null);
  const following = useRef<AbortController | null>(null);
  useEffect(() => () => following.current?.abort(), []);

  const start = useCallback(
    async (language: Language, code: string) => {
      following.current?.abort();
      const line = new AbortController();
      following.current = line;
      setOutcome(fresh);
      try {
        const { id } = await startRun(workspaceId, language, code);
        setOutcome({ ...fresh, id });
        await follow(workspaceId, id, line.signal, (event) =>
          setOutcome((last) => last && { ...last, ...taken(last, event) }),
        );
      } catch (error) {
        if (!line.signal.aborted)
          setOutcome((last) => ({ ...(last ?? fresh), failure: errorText(error) }));
      }
    },
    [workspaceId],
  );
  const stop = async () => {
    if (outcome?.id) await stopRun(workspaceId, outcome.id).catch(() => undefined);
  };
  const isRunning = outcome !== null && outcome.end === null && outcome.failure === null;
  return { outcome, isRunning, start, stop };
}

async function follow(
  workspaceId: string,
  runId: string,
  signal: AbortSignal,
  take: (event: RunEvent) => void,
): Promise<void> {
  let after = 0;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      for await (const event of followRun(workspaceId, runId, after, signal)) {
        after = event.n;
        take(event);
        if (event.word.type === "end") return;
      }
    } catch (error) {
      if (signal.aborted || tries === MAX_TRIES - 1) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
  }
}

function taken({ parts }: RunOutcome, { word }: RunEvent): Partial<RunOutcome> {
  switch (word.type) {
    case "stdout":
    case "stderr":
    case "result":
      return { parts: withText(parts, word.type, word.text) };
    case "table":
      return { parts: [...parts, { kind: "table", table: word.table }] };
    case "image":
      return { parts: [...parts, { kind: "image", image: word.image }] };
    case "end":
      return { end: word };
    case "start":
    case "fault":
      return {};
  }
}

function withText(
  parts: readonly RunPart[],
  kind: "stdout" | "stderr" | "result",
  text: string,
): readonly RunPart[] {
  const last = parts.at(-1);
  if (last?.kind !== kind || kind === "result") return [...parts, { kind, text }];
  return [...parts.slice(0, -1), { kind, text: (last.text + text).slice(-MAX_SHOWN_CHARS) }];
}
