import { spawn } from "node:child_process";
import path from "node:path";
import { checkout } from "./installation";

export type Outcome = { status: number | null; output: string };

/** `npm run backup`, `npm run restore`: the supervisor's other commands, on a data folder of a test. */
export function runOperatorCommand(
  args: readonly string[],
  place: { dataDir: string; uidBase: number },
): Promise<Outcome> {
  const node = path.join(checkout, "node_modules/node/bin/node");
  const child = spawn(node, [path.join(checkout, "dist/up.mjs"), ...args], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
    env: {
      PATH: process.env.PATH ?? "",
      LANG: "C.UTF-8",
      WORKROOM_DATA_DIR: place.dataDir,
      WORKROOM_UID_BASE: String(place.uidBase),
    } as unknown as NodeJS.ProcessEnv,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output }));
  });
}
