import { createBubblewrapProvisioner } from "@/lib/adapters/provisioner/bubblewrap";
import { createLog } from "@/lib/log";

// A host process for the tests to kill in the middle of a start: data folder, runtime folder, first uid, room.
const [dataDir = "", runtimeDir = "", uidBase = "", roomId = ""] = process.argv.slice(2);
const MiB = 1_048_576;
const provisioner = createBubblewrapProvisioner({
  dataDir,
  runtimeDir,
  uidBase: Number(uidBase),
  allowWeak: false,
  log: createLog("start-one-room", "silent"),
});
await provisioner.probe();
process.stdout.write("measured");
const limits = { memoryBytes: 512 * MiB, cpuCores: 2, maxPids: 256, diskBytes: 64 * MiB };
await provisioner.start({ roomId, epoch: 1, limits }, { timeoutMs: 20_000 });
process.stdout.write("started");
setInterval(() => null, 1_000);
