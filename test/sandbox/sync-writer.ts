import { createInterface } from "node:readline";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createRoomStore } from "@/host/store/room-store";
import { createWholeDisks } from "@/host/store/whole-disks";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { createLog } from "@/lib/log";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { WorkspaceState } from "@/lib/protocol/store";
import { managedRoute } from "@/lib/protocol/workspace";
import { seededRandom } from "../soak/seeded-random";

// One room's writer as a process of its own, so that it can be killed: requests come as lines of JSON, answers and
// reports go out as such. Its store fails, tears and dawdles by itself.

type Request =
  | { type: "open"; state: WorkspaceState }
  | { type: "flush"; id: number; paths?: string[] }
  | { type: "ack"; seq: number };

const [dataDir = "", roomId = "", seed = "1"] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const epoch = 1;

const whole = createDirectoryObjectStore({ root: join(dataDir, "store") });
const faulty: ObjectStore = {
  ...whole,
  async put(key, body, options) {
    const fate = random();
    if (fate < 0.1) throw new Error("503");
    if (fate < 0.2 && body instanceof Uint8Array) {
      const half = async function* () {
        yield body.subarray(0, body.length / 2);
        throw new Error("cut");
      };
      return whole.put(key, Readable.from(half(), { objectMode: false }), options);
    }
    if (fate < 0.4) await new Promise((resolve) => setTimeout(resolve, random() * 100));
    return whole.put(key, body, options);
  },
};

const provisioner = createFakeProvisioner({ dataDir });
const send = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);
const rooms = createRoomStore({
  attach: provisioner.attach,
  disks: createWholeDisks(dataDir, provisioner.hasDisk),
  store: faulty,
  dataDir,
  writer: "one",
  assertWritable: () => undefined,
  report: send,
  log: createLog("test", "silent"),
});

async function answer(request: Request): Promise<void> {
  if (request.type === "ack")
    return rooms.ackSegments({ roomId, epoch, seq: request.seq, isRefused: false });
  if (request.type === "open") {
    const root = `workrooms/${roomId}`;
    const { state } = request;
    const place = { roomId, root, epoch, writerEpoch: epoch, isLive: true, route: managedRoute };
    await rooms.openWorkspace({ ...place, state });
    return void send({ type: "opened" });
  }
  const { id, paths } = request;
  const cause = { reason: "call", turnId: null, actorId: null } as const;
  const flushed = await rooms.flush({ roomId, epoch, cause, ...(paths && { paths }) });
  send({ type: "flushed", id, segments: flushed?.segments ?? [] });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  answer(JSON.parse(line) as Request).catch((error: unknown) =>
    send({ type: "failed", why: String(error) }),
  );
});
