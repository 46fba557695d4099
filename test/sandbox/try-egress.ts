import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import { createBubblewrapProvisioner } from "@/lib/adapters/provisioner/bubblewrap";
import { createLog } from "@/lib/log";

// Runs in a network of its own, as the host there: starts a room, tries to reach each target from inside, then again
// with the room's filter taken away. Arguments: data folder, runtime folder, first uid, room, targets by comma.
const [dataDir = "", runtimeDir = "", uidBase = "", roomId = "", list = ""] = process.argv.slice(2);
const MiB = 1_048_576;
const limits = { memoryBytes: 512 * MiB, cpuCores: 2, maxPids: 256, diskBytes: 64 * MiB };
const log = createLog("try-egress", "silent");
const provisioner = createBubblewrapProvisioner({
  dataDir,
  runtimeDir,
  uidBase: Number(uidBase),
  allowWeak: false,
  log,
  diskBytes: limits.diskBytes,
});
const client = makeEngineClient({ connect: provisioner.connect });
const server = createServer((_request, response) => response.end("host")).listen(8_080);

async function run(command: string): Promise<string> {
  let output = "";
  const signal = AbortSignal.timeout(30_000);
  for await (const chunk of client.exec(roomId, { command, timeoutMs: 25_000 }, signal))
    if (chunk.type !== "exit") output += chunk.text;
  return output.trim();
}

async function reach(): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  await Promise.all(
    list.split(",").map(async (host) => {
      const url = `http://${host}:8080/`;
      outcomes[host] = await run(`curl -s -m 4 -o /dev/null -w '%{http_code}' ${url}`);
    }),
  );
  return outcomes;
}

await provisioner.start({ roomId, epoch: 1, limits }, { timeoutMs: 20_000 });
const filtered = await reach();
const names = await run("getent hosts build.example.test | cut -d' ' -f1");
const record = JSON.parse(readFileSync(`${dataDir}/rooms/${roomId}/room.json`, "utf8")) as {
  sandbox: { init: { pid: number } };
};
const netns = `--net=/proc/${record.sandbox.init.pid}/ns/net`;
execFileSync("nsenter", [netns, "nft", "flush", "ruleset"]);
const open = await reach();
await provisioner.destroy(roomId);
await provisioner.close();
server.close();
process.stdout.write(JSON.stringify({ filtered, open, names }));
