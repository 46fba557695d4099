"use client";
import { PlayIcon, SquareIcon } from "lucide-react";
import { useState } from "react";
import { LazyTextEditor } from "@/components/editor/lazy-editors";
import { Button } from "@/components/ui/button";
import type { Language } from "@/lib/client/queries/runs";
import { RunOutput } from "./run-output";
import { useRun } from "./use-run";

const languages: Record<Language, { label: string; file: string; first: string }> = {
  python: {
    label: "Python",
    file: "code.py",
    first: "import os\n\nos.listdir('/workspace')\n",
  },
  javascript: {
    label: "JavaScript",
    file: "code.js",
    first: "const { readdir } = await import('node:fs/promises')\n\nawait readdir('/workspace')\n",
  },
};

type RunPanelProps = {
  workspaceId: string;
  /** The room that serves the workspace. */
  roomId: string;
  canRun: boolean;
};

/** A place to type Python or JavaScript, run it in a workspace, and see what it shows. */
export function RunPanel({ workspaceId, roomId, canRun }: RunPanelProps) {
  const [language, setLanguage] = useState<Language>("python");
  const [texts, setTexts] = useState({
    python: languages.python.first,
    javascript: languages.javascript.first,
  });
  const { outcome, isRunning, start, stop } = useRun(workspaceId);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-2 border-b px-2">
        <fieldset className="flex gap-1">
          <legend className="sr-only">Language</legend>
          {Object.entries(languages).map(([name, { label }]) => (
            <Button
              key={name}
              size="sm"
              variant={name === language ? "secondary" : "ghost"}
              aria-pressed={name === language}
              onClick={() => setLanguage(name as Language)}
            >
              {label}
            </Button>
          ))}
        </fieldset>
        <span className="flex-1" />
        {isRunning ? (
          <Button size="sm" onClick={() => void stop()}>
            <SquareIcon aria-hidden /> Stop
          </Button>
        ) : (
          <Button
            size="sm"
            variant="primary"
            disabled={!canRun}
            title={canRun ? undefined : "You can look at this, but not run code."}
            onClick={() => void start(language, texts[language])}
          >
            <PlayIcon aria-hidden /> Run
          </Button>
        )}
      </div>
      <div className="h-2/5 min-h-32 shrink-0 border-b">
        <LazyTextEditor
          key={language}
          path={languages[language].file}
          text={texts[language]}
          resetId={0}
          isReadOnly={!canRun}
          onChange={(text) => setTexts((all) => ({ ...all, [language]: text }))}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {outcome ? (
          <RunOutput workroomId={roomId} outcome={outcome} />
        ) : (
          <p className="p-3 text-muted-foreground">
            What the code prints and the value of its last line show here. Files are at /workspace.
          </p>
        )}
      </div>
    </div>
  );
}
