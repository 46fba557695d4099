import { join } from "node:path";
import type { WallProbe } from "@/lib/protocol/engine";
import { RequestRefused } from "../control/http";
import { killGroup, type AgentSide } from "./agent-side";

const PROBE_TIMEOUT_MS = 30_000;
const MAX_PROBE_BYTES = 1_048_576;
const MAX_PROBES = 200;

/** Attacks the walls from the agent's side, with the program that ships beside the engine. */
export async function runProbe(
  side: AgentSide,
  hostAddresses: readonly string[],
): Promise<WallProbe[]> {
  const program = join(import.meta.dirname, "probe.cjs");
  const child = side.spawn(process.execPath, [program, ...hostAddresses], {
    cwd: "/",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const timer = setTimeout(() => killGroup(child), PROBE_TIMEOUT_MS);
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    if (text.length < MAX_PROBE_BYTES) text += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", reject);
  });
  clearTimeout(timer);
  return readProbes(text);
}

/** What the program printed. The host parses each probe, as it does with all a room says: here is only seen that it is a list. */
function readProbes(text: string): WallProbe[] {
  try {
    const { probes } = JSON.parse(text) as { probes?: unknown };
    if (Array.isArray(probes) && probes.length <= MAX_PROBES) return probes as WallProbe[];
  } catch {
    // The program was ended before it had printed everything.
  }
  throw new RequestRefused(500, "The probes gave no answer.");
}
