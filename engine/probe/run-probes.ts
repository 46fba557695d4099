import type { WallProbe } from "@/lib/protocol/engine";
import { fileAttacks } from "./file-attacks";
import { attackKernel } from "./kernel-attacks";
import { networkAttacks } from "./network-attacks";
import { processAttacks } from "./process-attacks";
import { attackAll } from "./wall-probe";

/** Attacks every wall of the room from the agent's side, all at once. `hostAddresses`: this machine's own. */
export async function runProbes(hostAddresses: readonly string[]): Promise<WallProbe[]> {
  const [kernel, others] = await Promise.all([
    attackKernel(),
    attackAll([...networkAttacks(hostAddresses), ...fileAttacks, ...processAttacks]),
  ]);
  return [...others, ...kernel];
}
