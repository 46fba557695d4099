import { expect, test } from "vitest";
import { runCrashRounds } from "../host/crash-rounds";

// Hundreds of lives of one room's writer, each ended by kill -9: WORKROOM_SOAK_SEED, WORKROOM_SOAK_ROUNDS,
// WORKROOM_SOAK_MINUTES.

const seed = Number(process.env["WORKROOM_SOAK_SEED"] ?? 1);
const rounds = Number(process.env["WORKROOM_SOAK_ROUNDS"] ?? 400);
const minutes = Number(process.env["WORKROOM_SOAK_MINUTES"] ?? 8);

test(
  "no acknowledged write is lost and no file is torn, whenever the writer is killed",
  { timeout: (minutes + 4) * 60_000 },
  async () => {
    const endAt = Date.now() + minutes * 60_000;
    const outcome = await runCrashRounds({ rounds, seed, endAt });
    process.stdout.write(`  ${JSON.stringify(outcome)}\n`);
    expect(outcome.acknowledged).toBeGreaterThan(0);
  },
);
