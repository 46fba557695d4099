import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import { createBubblewrapProvisioner } from "@/lib/adapters/provisioner/bubblewrap";
import { createLog } from "@/lib/log";

// Runs as an ordinary user: what a room without root has and lacks. Arguments: data folder, runtime folder, room.
const [dataDir = "", runtimeDir = "", roomId = ""] = process.argv.slice(2);
const MiB = 1_048_576;
const limits = { memoryBytes: 512 * MiB, cpuCores: 2, maxPids: 256, diskBytes: 64 * MiB };
const log = createLog("try-ordinary-user", "silent");
const open = (allowWeak: boolean) =>
  createBubblewrapProvisioner({ dataDir, runtimeDir, uidBase: 1_000_000, allowWeak, log });
const spec = { roomId, epoch: 1, limits };

const awake = setInterval(() => null, 1_000); // the provisioner itself holds no process open
const strict = open(false);
const refusal = await strict
  .start(spec, { timeoutMs: 20_000 })
  .catch((error: Error) => error.message);
await strict.close();

const weak = open(true);
const walls = await weak.probe();
await weak.start(spec, { timeoutMs: 20_000 });
const client = makeEngineClient({ connect: weak.connect });
const outputs: string[] = [];
for (const command of [
  "id -u",
  "unshare -U true && echo open",
  "curl -s -m 2 http://10.0.2.2/ && echo open",
  "echo x > input/a && echo open",
  "echo kept > output/a.txt && cat output/a.txt",
  "ls /proc | grep -c '^[0-9]'",
]) {
  let output = "";
  for await (const chunk of client.exec(roomId, { command }, AbortSignal.timeout(20_000)))
    if (chunk.type !== "exit") output += chunk.text;
  outputs.push(output.trim());
}
const ended = new Promise((resolve) => weak.onEnd(resolve));
const fill = { command: "head -c 100M /dev/zero > output/big" };
try {
  for await (const chunk of client.exec(roomId, fill, AbortSignal.timeout(20_000))) void chunk;
} catch {
  // The room may be stopped before its command has ended.
}
const end = await ended;
await weak.destroy(roomId);
await weak.close();
clearInterval(awake);
process.stdout.write(JSON.stringify({ refusal, walls, outputs, end }));
