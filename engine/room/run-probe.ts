import { join } from "node:path";
import { z } from "zod";
import { WallProbe } from "@/lib/protocol/engine";
import { RequestRefused } from "../control/http";
import { killGroup, type AgentSide } from "./agent-side";

const PROBE_TIMEOUT_MS = 30_000;
const MAX_PROBE_BYTES = 1_048_576;

/** Attacks the walls from the agent's side, with the program that ships beside the engine. */
export async function runProbe(
  side: AgentSide,
  hostAddresses: readonly string[],
): Promise<WallProbe[]> {
  const program = join(import.meta.dirname, "probe.mjs");
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
  const parsed = z.object({ probes: z.array(WallProbe).max(200) }).safeParse(parseJson(text));
  if (!parsed.success) throw new RequestRefused(500, "The probes gave no answer.");
  return parsed.data.probes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
