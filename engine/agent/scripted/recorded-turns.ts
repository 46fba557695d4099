import { z } from "zod";
import buildDashboard from "./scripts/build-dashboard.py";
import checkDashboard from "./scripts/check-dashboard.py";
import cleanCsv from "./scripts/clean-csv.py";
import summarizeCsv from "./scripts/summarize-csv.py";
import bars from "./turns/bars.json";
import clean from "./turns/clean.json";
import count from "./turns/count.json";
import dashboard from "./turns/dashboard.json";
import fallback from "./turns/fallback.json";
import lines from "./turns/lines.json";
import parts from "./turns/parts.json";
import recall from "./turns/recall.json";
import summary from "./turns/summary.json";

/** One answer of the demo employee: words, a tool call, or both. Without a tool it is the last one of the turn. */
const Step = z.object({
  say: z.string().optional(),
  tool: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  /** Name → pattern over the tool's output, line by line; its first group becomes a variable. */
  capture: z.record(z.string(), z.string()).optional(),
  /** Played only when the variable is known, unknown, or another value. */
  if: z.string().optional(),
  unless: z.string().optional(),
  unlessEqual: z.tuple([z.string(), z.string()]).optional(),
});
export type Step = z.infer<typeof Step>;

const Part = z.object({ use: z.string() });
const Turn = z.object({ id: z.string(), words: z.string(), steps: z.array(z.union([Part, Step])) });

export type RecordedTurn = { id: string; matches: RegExp; steps: Step[] };

const partSteps = z.record(z.string(), z.array(Step)).parse(parts);

function read(recorded: unknown): RecordedTurn {
  const { id, words, steps } = Turn.parse(recorded);
  return {
    id,
    matches: new RegExp(words, "i"),
    steps: steps.flatMap((step) => ("use" in step ? (partSteps[step.use] ?? []) : [step])),
  };
}

/** In the order in which they are asked whether they fit; the last one fits always. */
export const recordedTurns = [recall, count, bars, lines, clean, summary, dashboard, fallback].map(
  read,
);

/** Programs that the demo employee writes, by the name the recorded turns use. */
export const recordedScripts: Readonly<Record<string, string>> = {
  "build-dashboard": buildDashboard,
  "check-dashboard": checkDashboard,
  "clean-csv": cleanCsv,
  "summarize-csv": summarizeCsv,
};
