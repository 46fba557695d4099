import { stripAnsi } from "./strip-ansi";

const MOST_CHARS = 100_000;
const LIVE_LINES = 12;

type StepOutputProps = { command: string | null; output: string; isRunning: boolean };

/** What a command printed: its last lines while it runs, all of it afterwards. */
export function StepOutput({ command, output, isRunning }: StepOutputProps) {
  const text = stripAnsi(output).trimEnd();
  const isCut = text.length > MOST_CHARS;
  const shown = isRunning
    ? text.split("\n").slice(-LIVE_LINES).join("\n")
    : text.slice(-MOST_CHARS);
  return (
    // Long output scrolls by itself, and by keyboard too.
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- A fieldset is for forms.
      role="group"
      aria-label="Command and output"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="max-h-72 overflow-auto rounded-md border bg-sidebar px-3 py-2 font-mono text-xs leading-5"
    >
      {command && (
        <p className="whitespace-pre-wrap text-muted-foreground">
          <span aria-hidden>$ </span>
          {command}
        </p>
      )}
      {isCut && !isRunning && <p className="text-muted-foreground">… the beginning is left out</p>}
      {shown && <pre className="break-words whitespace-pre-wrap">{shown}</pre>}
      {!shown && !isRunning && <p className="text-muted-foreground">No output</p>}
    </div>
  );
}
