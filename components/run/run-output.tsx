"use client";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { fileKind, imageType } from "@/components/files/file-kind";
import { toBase64 } from "@/components/files/views/to-base64";
import { Badge } from "@/components/ui/badge";
import { Spinner } from "@/components/ui/spinner";
import { cn } from "@/lib/client/cn";
import { downloadUrl } from "@/lib/client/queries/files";
import type { RunImage, RunTable } from "@/lib/protocol/runs";
import type { RunEnd, RunOutcome, RunPart } from "./use-run";

const endWords: Record<RunEnd["state"], string> = {
  succeeded: "Done",
  failed: "Ended with an error",
  timed_out: "Stopped: it took too long",
  out_of_memory: "Stopped: it needed too much memory",
  trapped: "Stopped: the program made a mistake it can’t go on from",
  cancelled: "Stopped",
  interrupted: "Cut off: the sandbox ended",
};

/** What a run has shown so far, and how it ended. */
export function RunOutput({ workroomId, outcome }: { workroomId: string; outcome: RunOutcome }) {
  const { parts, end, failure } = outcome;
  return (
    <section className="flex flex-col gap-3 p-3" aria-label="Output">
      {parts.map((part, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- parts are only ever added at the end
        <Part key={index} part={part} workroomId={workroomId} />
      ))}
      {failure !== null && <p className="text-danger">{failure}</p>}
      {end === null && failure === null && (
        <output className="flex items-center gap-2 text-muted-foreground">
          <Spinner /> Running…
        </output>
      )}
      {end !== null && <End end={end} />}
    </section>
  );
}

function End({ end }: { end: RunEnd }) {
  return (
    <p className="flex flex-wrap items-center gap-2 text-[0.8125rem] text-muted-foreground">
      <Badge variant={end.state === "succeeded" ? "accent" : "neutral"}>
        {endWords[end.state]}
      </Badge>
      {end.exitCode !== null && end.exitCode !== 0 && <span>exit code {end.exitCode}</span>}
      {end.signal !== null && <span>{end.signal}</span>}
      <span>{(end.durationMs / 1_000).toFixed(1)} s</span>
      {end.outputPath !== null && <span>The whole output is in {end.outputPath}</span>}
    </p>
  );
}

function Part({ part, workroomId }: { part: RunPart; workroomId: string }) {
  if (part.kind === "table") return <ResultTable table={part.table} />;
  if (part.kind === "image") return <ResultImage image={part.image} workroomId={workroomId} />;
  return (
    <pre
      className={cn(
        "overflow-x-auto font-mono text-[0.8125rem] whitespace-pre-wrap",
        part.kind === "stderr" && "text-danger",
        part.kind === "result" && "rounded-md bg-muted px-3 py-2",
      )}
    >
      {part.text}
    </pre>
  );
}

function ResultTable({ table }: { table: RunTable }) {
  const left = table.rowCount - table.rows.length;
  return (
    <div className="overflow-x-auto rounded-md border">
      <table className="w-full text-[0.8125rem]">
        <thead className="bg-muted text-left">
          <tr>
            {table.columns.map((name, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- two columns may have one name
              <th key={index} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {table.rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows have no name of their own
            <tr key={index}>
              {row.map((cell, column) => (
                // oxlint-disable-next-line react/no-array-index-key -- as above
                <td key={column} className="px-3 py-1.5 tabular-nums">
                  {cell === null ? "" : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <p className="px-3 py-1.5 text-[0.8125rem] text-muted-foreground">
          and {left.toLocaleString("en-US")} more rows
        </p>
      )}
    </div>
  );
}

/** The bytes come as a download and are shown from memory: nothing of a room is served from this origin. */
function ResultImage({ image, workroomId }: { image: RunImage; workroomId: string }) {
  const bytes = useQuery({
    queryKey: ["run-image", workroomId, image.path, image.size],
    queryFn: async ({ signal }) => {
      const response = await fetch(downloadUrl(workroomId, image.path), { signal });
      if (!response.ok) throw new Error("The picture can't be read.");
      const content = new Uint8Array(await response.arrayBuffer());
      // What a room says of a type is not believed, and a drawing can hold scripts: it gets an address without an origin.
      return fileKind(image.path) === "svg"
        ? `data:image/svg+xml;base64,${toBase64(content)}`
        : new Blob([content], { type: imageType(image.path) });
    },
    staleTime: Infinity,
  });
  const picture = bytes.data;
  const show = useCallback(
    (shown: HTMLImageElement) => {
      if (!picture) return;
      const address = typeof picture === "string" ? picture : URL.createObjectURL(picture);
      shown.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [picture],
  );
  if (bytes.isError) return <p className="text-muted-foreground">{image.path} can’t be shown.</p>;
  if (!picture) return <Spinner />;
  return (
    <figure className="flex flex-col gap-1">
      {/* oxlint-disable-next-line next/no-img-element -- a picture from memory */}
      <img ref={show} alt={image.path} className="max-w-full rounded-md border bg-white" />
      <figcaption className="text-[0.8125rem] text-muted-foreground">{image.path}</figcaption>
    </figure>
  );
}
