import { formatCost, formatCount, formatDuration } from "@/lib/client/format";
import type { TurnView } from "@/lib/protocol/views";

type EndedState = Exclude<TurnView["state"], "running">;

const endings: Record<EndedState, string> = {
  done: "Done",
  cancelled: "Stopped by you",
  failed: "This didn't work",
  interrupted: "Interrupted: the workroom stopped in the middle. What was done until then is kept",
  limit: "Stopped at a limit",
};

/** How a turn ended, in plain words: "Done in 12 s". */
export function endingWords(view: TurnView, state: EndedState): string {
  if (state !== "done" || view.endedAt === null) return endings[state];
  const took = new Date(view.endedAt).getTime() - new Date(view.startedAt).getTime();
  return `Done in ${formatDuration(took)}`;
}

/** "12,300 tokens, $0.04", "…, estimated at $0.04" when the price is assumed; `null` when nothing was counted. */
export function usageWords(turn: TurnView): string | null {
  const { costMicroUsd, isCostEstimated } = turn;
  const tokens = turn.inputTokens + turn.outputTokens;
  if (tokens === 0) return null;
  const about = isCostEstimated ? "estimated at " : "";
  const cost = costMicroUsd > 0 ? `, ${about}${formatCost(costMicroUsd)}` : "";
  return `${formatCount(tokens)} tokens${cost}`;
}

const listed = (paths: readonly string[]) => {
  const names = paths.slice(0, 3).map((path) => path.replace(/^\/?workspace\//, ""));
  const more = paths.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
};

/** What an undo has done: which files are back, and which were left because they changed since. */
export function undoWords(reverted: readonly string[], kept: readonly string[]): string {
  const back =
    reverted.length > 0 ? `Put back: ${listed(reverted)}.` : "Nothing had to be put back.";
  return kept.length > 0 ? `${back} Left alone, changed since: ${listed(kept)}.` : back;
}
