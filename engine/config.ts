import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineDefaults } from "@/lib/protocol/engine-places";
import type { EngineConfig } from "@/lib/protocol/engine";

export type EngineSettings = { [K in keyof EngineConfig]-?: NonNullable<EngineConfig[K]> };

/**
 * Reads the configuration that the host wrote. The host is trusted and the schema library costs 40 ms at start, so only
 * the two values that matter are checked, by hand.
 *
 * @throws Error when the file is missing or has no room or epoch
 */
export function readConfig(path: string): EngineSettings {
  const given = JSON.parse(readFileSync(path, "utf8")) as Partial<EngineConfig>;
  if (typeof given.roomId !== "string" || !Number.isInteger(given.epoch)) {
    throw new Error(`${path} needs a roomId and an epoch.`);
  }
  const defaults = {
    hostAddresses: [],
    previewHost: "localhost",
    isSandboxed: true,
    ...engineDefaults,
    agentCommand: [process.execPath, join(import.meta.dirname, "agent.cjs")],
    scriptedPaceMs: 15,
    modelIdleMs: 180_000,
    cancelGraceMs: 5_000,
  };
  return { ...defaults, ...given } as EngineSettings;
}
