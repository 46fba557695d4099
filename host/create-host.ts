import { mkdirSync, statSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import {
  type ManagedBucket,
  openManagedStore,
  openStores,
} from "@/lib/adapters/object-store/open-stores";
import { newId } from "@/lib/ids";
import type { Log } from "@/lib/log";
import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import { createDiskWatch } from "./disk/disk-watch";
import { createEventLog } from "./events/event-log";
import { createRoomFiles } from "./files/room-files";
import { createModelGateway } from "./models/model-gateway";
import { createOutputQuotas } from "./quota/output-quotas";
import type { QuotaKeeper } from "./quota/quota-keeper";
import { createHostMethods } from "./rpc/create-host-methods";
import { createHostServer } from "./rpc/host-server";
import { createRoomStore } from "./store/room-store";
import { createStorageRoutes } from "./store/storage-routes";
import { createWholeDisks } from "./store/whole-disks";
import { readWriterId } from "./store/writer-marks";

type Parts = {
  dataDir: string;
  provisioner: Provisioner & WorkspaceAttach;
  maxUploadBytes: number;
  diskReserveBytes: number;
  allowedEndpoints: readonly string[];
  /** Counts what the programs of rooms write; without it quotas hold for the file server alone. */
  quotaKeeper?: QuotaKeeper | null;
  /** Holds everything instead of a folder of the data folder. */
  managedBucket?: ManagedBucket | null;
  log: Log;
};

/** Joins the parts of the host over one data folder. Nothing runs until `start`. */
export function createHost(parts: Parts) {
  const { dataDir, provisioner, log } = parts;
  mkdirSync(join(dataDir, "host"), { recursive: true, mode: 0o700 });
  mkdirSync(join(dataDir, "store"), { recursive: true, mode: 0o700 });
  const events = createEventLog(join(dataDir, "host", "events.ndjson"), newId("request"));
  const report = events.append;
  const disk = createDiskWatch({
    dataDir,
    reserveBytes: parts.diskReserveBytes,
    provisioner,
    report,
    log,
  });
  const { assertWritable } = disk;
  const { attach } = provisioner;
  const disks = createWholeDisks(dataDir, provisioner.hasDisk);
  const root = join(dataDir, "store");
  const routes = createStorageRoutes();
  const { store } = openStores({
    managed: openManagedStore({
      bucket: parts.managedBucket ?? null,
      folder: { root, owner: ownerOf(root) },
    }),
    allowedPrivateEndpoints: parts.allowedEndpoints,
    findRoute: routes.find,
  });
  const quotas = createOutputQuotas({ provisioner, keeper: parts.quotaKeeper ?? null });
  const files = createRoomFiles({ attach, hasDisk: disks.has, assertWritable, quotas });
  const writer = readWriterId(dataDir);
  const rooms = createRoomStore({
    attach,
    disks,
    store,
    dataDir,
    writer,
    assertWritable,
    report,
    log,
  });
  const models = createModelGateway({
    dataDir,
    allowedEndpoints: parts.allowedEndpoints,
    report,
    log,
  });
  const methods = createHostMethods({
    provisioner,
    disk,
    disks,
    files,
    quotas,
    rooms,
    routes,
    store,
    models,
    events,
  });

  provisioner.onEnd((end) => {
    models.closeRoom(end.roomId);
    report({ type: "sandbox_ended", ...end });
    void rooms.rest(end.roomId);
  });
  provisioner.onOutOfMemory((kill) => report({ type: "out_of_memory", ...kill }));

  return {
    methods,
    /** Takes over the rooms that still run, then watches the disk. */
    async start(): Promise<Server> {
      const { adopted, ended } = await provisioner.adopt();
      for (const roomId of adopted) models.openRoom(roomId);
      log.info({ adopted: adopted.length, ended: ended.length }, "rooms taken over");
      await disk.start();
      // The first event of each life: readers see by its hostId that what this process held in memory is gone.
      report({ type: "disk", ...disk.current() });
      const { maxUploadBytes } = parts;
      const { connect } = provisioner;
      return createHostServer({ methods, files, connect, events, maxUploadBytes, log });
    },
    /** What is not durable yet is found on the disk by the next host. */
    async stop(): Promise<void> {
      disk.stop();
      await rooms.close();
    },
  };
}

/** What root writes for the web belongs to the owner of the folder; an ordinary user owns it all anyway. */
function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = statSync(folder);
  return { uid, gid };
}
