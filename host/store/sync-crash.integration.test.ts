import { expect, test } from "vitest";
import { runCrashRounds } from "@/test/host/crash-rounds";

test(
  "a writer that is killed at any moment, over a store that fails and tears, loses no acknowledged write and leaves no torn file",
  { timeout: 180_000 },
  async () => {
    const { rounds, commits, acknowledged } = await runCrashRounds({ rounds: 12, seed: 7 });
    expect(rounds).toBe(12);
    expect(commits).toBeGreaterThan(5);
    expect(acknowledged).toBeGreaterThan(5);
  },
);
