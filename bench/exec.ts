import type { Owner } from "./owner";
import { ask, bareServer, elapsed, run } from "./programs";
import { interleaved, type Row } from "./rows";

/** A command through the API, beside the same command here plus one HTTP round trip. */
export async function exec(owner: Owner, workroomId: string, rounds: number): Promise<Row> {
  const { server, target } = await bareServer();
  const command = { command: "true", timeoutMs: 10_000 };
  const sides = await interleaved(
    rounds * 4,
    () => elapsed(() => owner.api("POST", `/workrooms/${workroomId}/exec`, command)),
    () =>
      elapsed(async () => {
        await run("bash", ["-c", "true"]);
        await ask(target, "/");
      }),
  );
  server.close();
  return { name: "exec through the API / bash -c true + HTTP", unit: "ms", ...sides, goal: 3 };
}
