import path from "node:path";
import type { TestInstallation } from "../e2e/support/installation";
import { end, pause, pssKilobytes, start } from "./programs";
import { interleaved, type Row } from "./rows";

const SETTLE_MS = 1_500;
const bareScript =
  'require("node:http").createServer((q, r) => r.end("ok")).listen(0, "127.0.0.1")';

/** Memory of the engine of a room that does nothing, beside a Node program that only serves "ok". */
export async function idleMemory(installation: TestInstallation, rounds: number): Promise<Row> {
  const engine = installation
    .roomPrograms()
    .find(({ command }) => /\/node .*engine\.cjs/.test(command) && !command.includes("tini"));
  if (!engine) throw new Error("No engine runs.");
  // The same file as the engine's: pages of a program are shared by all that run it, and counted by share.
  const bare = start(path.join(installation.dataDir, "runtime/node"), ["-e", bareScript]);
  await pause(SETTLE_MS);
  const sides = await interleaved(
    rounds,
    async () => pssKilobytes(engine.pid) / 1_024,
    async () => pssKilobytes(bare.pid ?? 0) / 1_024,
  );
  await end(bare);
  return { name: "idle engine / bare Node http server", unit: "MiB", ...sides, goal: 1.5 };
}
