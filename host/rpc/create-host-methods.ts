import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { DiskWatch } from "../disk/disk-watch";
import { listPorts, probeWalls } from "../engine/ask-engine";
import type { EventLog } from "../events/event-log";
import type { RoomFiles } from "../files/room-files";
import type { ModelGateway } from "../models/model-gateway";
import type { RoomStore } from "../store/room-store";
import type { WholeDisks } from "../store/whole-disks";
import type { HostMethods } from "./host-methods";

const START_MS = 30_000;

type Parts = {
  provisioner: Provisioner & WorkspaceAttach;
  disk: DiskWatch;
  disks: WholeDisks;
  files: RoomFiles;
  rooms: RoomStore;
  models: ModelGateway;
  events: EventLog;
};

/** The methods of the RPC, each a line: what they do lives in the parts. */
export function createHostMethods(parts: Parts): HostMethods {
  return { ...sandboxMethods(parts), ...fileMethods(parts), ...storeMethods(parts) };
}

type SandboxMethod =
  | "capabilities"
  | "disk"
  | "start"
  | "stop"
  | "hasDisk"
  | "freeze"
  | "thaw"
  | "destroy"
  | "stopAll"
  | "list"
  | "probeWalls"
  | "ports";

function sandboxMethods({
  provisioner,
  disk,
  disks,
  models,
}: Parts): Pick<HostMethods, SandboxMethod> {
  const stop = async (roomId: string) => {
    models.closeRoom(roomId);
    await provisioner.stop(roomId);
  };
  return {
    capabilities: () => provisioner.probe(),
    disk: () => disk.current(),
    async start(spec) {
      disk.assertWritable(0);
      const started = await provisioner.start(spec, { timeoutMs: START_MS });
      models.openRoom(spec.roomId);
      return started;
    },
    stop: ({ roomId }) => stop(roomId).then(none),
    hasDisk: async ({ roomId }) => ({ hasDisk: await disks.has(roomId) }),
    freeze: ({ roomId }) => provisioner.freeze(roomId).then(none),
    async thaw({ roomId }) {
      disk.assertWritable(0);
      return provisioner.thaw(roomId).then(none);
    },
    async destroy({ roomId }) {
      models.closeRoom(roomId);
      return provisioner.destroy(roomId).then(none);
    },
    async stopAll() {
      const sandboxes = await provisioner.list();
      await Promise.all(sandboxes.map(({ roomId }) => stop(roomId)));
      return { stopped: sandboxes.length };
    },
    list: async () => ({ sandboxes: await provisioner.list() }),
    probeWalls: ({ roomId }) => probeWalls(provisioner.connect, roomId),
    ports: ({ roomId }) => listPorts(provisioner.connect, roomId),
  };
}

type FileMethod =
  | "listFiles"
  | "statFile"
  | "writeFile"
  | "makeDirectory"
  | "moveFile"
  | "deleteFile";

function fileMethods({ files }: Parts): Pick<HostMethods, FileMethod> {
  return {
    listFiles: ({ roomId, path, limit }) => files.list(roomId, path, limit),
    statFile: ({ roomId, path }) => files.stat(roomId, path),
    writeFile: ({ roomId, path, text, ifMatch }) => files.writeText(roomId, path, text, ifMatch),
    makeDirectory: ({ roomId, path }) => files.makeDirectory(roomId, path).then(none),
    moveFile: ({ roomId, from, to }) => files.move(roomId, from, to).then(none),
    deleteFile: ({ roomId, path }) => files.remove(roomId, path).then(none),
  };
}

type StoreMethod =
  | "snapshot"
  | "restore"
  | "revertPaths"
  | "grantModel"
  | "revokeModel"
  | "ackEvents";

function storeMethods({ rooms, models, events }: Parts): Pick<HostMethods, StoreMethod> {
  return {
    snapshot: rooms.snapshot,
    restore: rooms.restore,
    revertPaths: rooms.revertPaths,
    grantModel(grant) {
      models.grant(grant);
      return {};
    },
    revokeModel({ roomId, turnId }) {
      models.revoke(roomId, turnId);
      return {};
    },
    ackEvents(cursor) {
      events.ack(cursor);
      return {};
    },
  };
}

const none = () => ({});
