import { countOf } from "@/lib/client/format";
import type { WallProbe } from "@/lib/protocol/engine";

/** What the checks came to, in one sentence. */
export function wallsSentence(probes: readonly WallProbe[]): string {
  const count = (outcome: WallProbe["outcome"]) =>
    probes.filter((probe) => probe.outcome === outcome).length;
  const open = count("open");
  const unknown = count("unknown");
  if (open > 0) {
    return `${countOf(open, "wall")} of ${probes.length} ${open === 1 ? "is" : "are"} open: ${open === 1 ? "this attack" : "these attacks"} worked.`;
  }
  if (unknown > 0) {
    return `${countOf(count("held"), "wall")} of ${probes.length} held; ${unknown} could not be checked.`;
  }
  return `All ${countOf(probes.length, "wall")} held.`;
}

const urgency: Record<WallProbe["outcome"], number> = { open: 0, unknown: 1, held: 2 };

/** What needs a look comes first; the rest keeps its order. */
export const byUrgency = (probes: readonly WallProbe[]): WallProbe[] =>
  probes.toSorted((left, right) => urgency[left.outcome] - urgency[right.outcome]);
