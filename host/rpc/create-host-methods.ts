import type { RoutedObjectStore } from "@/lib/adapters/object-store/routed-object-store";
import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { DiskWatch } from "../disk/disk-watch";
import { listPorts, probeWalls } from "../engine/ask-engine";
import type { EventLog } from "../events/event-log";
import type { OutputQuotas } from "../quota/output-quotas";
import type { RoomFiles } from "../files/room-files";
import type { ModelGateway } from "../models/model-gateway";
import type { RoomStore } from "../store/room-store";
import type { StorageRoutes } from "../store/storage-routes";
import type { WholeDisks } from "../store/whole-disks";
import { createFileMethod } from "./create-file-method";
import type { HostMethods } from "./host-methods";

const START_MS = 30_000;

type Parts = {
  provisioner: Provisioner & WorkspaceAttach;
  disk: DiskWatch;
  disks: WholeDisks;
  files: RoomFiles;
  quotas: OutputQuotas;
  rooms: RoomStore;
  routes: StorageRoutes;
  store: RoutedObjectStore;
  models: ModelGateway;
  events: EventLog;
};

/** The methods of the RPC, each a line: what they do lives in the parts. */
export function createHostMethods(parts: Parts): HostMethods {
  return {
    ...sandboxMethods(parts),
    fileOp: createFileMethod(parts.files),
    ...storeMethods(parts),
  };
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
  | "ports"
  | "setQuota"
  | "quotaUsage";

function sandboxMethods({
  provisioner,
  disk,
  disks,
  rooms,
  models,
  quotas,
}: Parts): Pick<HostMethods, SandboxMethod> {
  const stop = async (roomId: string) => {
    models.closeRoom(roomId);
    await provisioner.stop(roomId);
    // Only now nothing writes any more.
    await rooms.rest(roomId);
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
      await rooms.forget(roomId);
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
    setQuota: ({ roomId, quota }) => provisioner.setQuota(roomId, quota).then(none),
    quotaUsage: async ({ roomId }) => ({ usage: await quotas.usage(roomId) }),
  };
}

type StoreMethod =
  | "setStorage"
  | "openWorkspace"
  | "flush"
  | "ackSegments"
  | "keepCopies"
  | "waiting"
  | "snapshot"
  | "restore"
  | "revertPaths"
  | "grantModel"
  | "revokeModel"
  | "ackEvents";

function storeMethods(parts: Parts): Pick<HostMethods, StoreMethod> {
  const { rooms, routes, store, models, events } = parts;
  return {
    async setStorage({ root, route }) {
      routes.set(root, route);
      await store.drain(root);
      return {};
    },
    openWorkspace(input) {
      routes.set(input.root, input.route);
      return rooms.openWorkspace(input).then(none);
    },
    waiting: ({ roomId }) => rooms.waiting(roomId),
    flush: rooms.flush,
    ackSegments(input) {
      rooms.ackSegments(input);
      return {};
    },
    keepCopies: rooms.keepCopies,
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
