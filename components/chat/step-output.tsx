import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { readOutput } from "@/lib/client/chat/read-acp";
import type { Step } from "@/lib/client/chat/chat-state";
import { eventBodyQuery } from "@/lib/client/queries/chats";
import { stripAnsi } from "./strip-ansi";

const MOST_CHARS = 100_000;
const LIVE_LINES = 12;

type StepOutputProps = { step: Step; isRunning: boolean };

/** What a command printed: its last lines while it runs; afterwards all of it, the longest only when asked for. */
export function StepOutput({ step, isRunning }: StepOutputProps) {
  const { output, whole } = useWholeOutput(step, isRunning);
  const text = stripAnsi(output).trimEnd();
  const isLong = text.length > MOST_CHARS;
  const shown = isRunning
    ? text.split("\n").slice(-LIVE_LINES).join("\n")
    : isLong && !whole.isAsked
      ? text.slice(-MOST_CHARS)
      : text;
  const hasMore = !isRunning && !whole.isAsked && (isLong || step.wholeAt !== null);
  return (
    <div className="flex flex-col items-start gap-1.5">
      <OutputBox command={step.command} shown={shown} isRunning={isRunning} />
      {(hasMore || whole.isLoading) && (
        <Button size="sm" aria-busy={whole.isLoading} onClick={whole.ask}>
          {whole.isLoading ? "Reading…" : "Show all"}
        </Button>
      )}
      {whole.hasFailed && (
        <p role="alert" className="text-xs text-danger">
          The whole output could not be read.{" "}
          <Button size="sm" variant="link" onClick={whole.retry}>
            Try again
          </Button>
        </p>
      )}
    </div>
  );
}

/** The log holds the beginning and the end of a very long output; the rest is fetched when a person asks for it. */
function useWholeOutput({ output, wholeAt }: Step, isRunning: boolean) {
  const [isAsked, setAsked] = useState(false);
  const isWanted = isAsked && !isRunning && wholeAt !== null;
  const query = useQuery({
    ...eventBodyQuery(wholeAt?.chatId ?? "", wholeAt?.seq ?? 0),
    enabled: isWanted,
    select: readOutput,
  });
  return {
    output: isWanted ? (query.data ?? output) : output,
    whole: {
      isAsked,
      isLoading: isWanted && query.isFetching,
      hasFailed: isWanted && query.isError && !query.isFetching,
      ask: () => setAsked(true),
      retry: () => void query.refetch(),
    },
  };
}

type OutputBoxProps = { command: string | null; shown: string; isRunning: boolean };

function OutputBox({ command, shown, isRunning }: OutputBoxProps) {
  return (
    // Long output scrolls by itself, and by keyboard too.
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- A fieldset is for forms.
      role="group"
      aria-label="Command and output"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="max-h-72 w-full overflow-auto rounded-md border bg-sidebar px-3 py-2 font-mono text-xs leading-5"
    >
      {command && (
        <p className="whitespace-pre-wrap text-muted-foreground">
          <span aria-hidden>$ </span>
          {command}
        </p>
      )}
      {shown && <pre className="break-words whitespace-pre-wrap">{shown}</pre>}
      {!shown && !isRunning && <p className="text-muted-foreground">No output</p>}
    </div>
  );
}
