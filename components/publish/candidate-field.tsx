"use client";
import { useId } from "react";
import { RadioRow } from "@/components/ui/radio-row";
import { countOf, formatBytes } from "@/lib/client/format";
import type { PublishCandidate } from "@/lib/protocol/views";

type CandidateFieldProps = {
  candidates: readonly PublishCandidate[];
  value: string | null;
  onChange: (sourcePath: string) => void;
};

const kindWords: Record<PublishCandidate["kind"], string> = {
  static_folder: "Folder",
  html_file: "Page",
  server: "Server",
};

/** What can be published, and why the rest can't. */
export function CandidateField({ candidates, value, onChange }: CandidateFieldProps) {
  const name = useId();
  const chosen = candidates.find((candidate) => candidate.sourcePath === value);
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">What to publish</legend>
      <div className="max-h-64 divide-y overflow-y-auto rounded-lg border">
        {candidates.map((candidate) => (
          <RadioRow
            key={`${candidate.kind}:${candidate.sourcePath}`}
            name={name}
            value={candidate.sourcePath}
            title={candidate.sourcePath || "The whole workroom"}
            description={candidate.refusal ?? candidateWords(candidate)}
            disabled={candidate.refusal !== null}
            checked={candidate.sourcePath === value}
            onChange={() => onChange(candidate.sourcePath)}
          />
        ))}
      </div>
      {chosen && chosen.warnings.length > 0 && (
        <ul className="mt-2 list-disc rounded-lg bg-warning-muted py-2 pr-3 pl-7 text-[0.8125rem] text-warning">
          {chosen.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

const candidateWords = (candidate: PublishCandidate): string =>
  `${kindWords[candidate.kind]}, ${countOf(candidate.fileCount, "file")}, ${formatBytes(candidate.totalBytes)}`;
