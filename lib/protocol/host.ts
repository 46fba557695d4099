import { z } from "zod";
import { ExecChunk, ListeningPort, ModelProvider, WallProbe } from "./engine";
import { FileNode } from "./files";
import { CommitCause, ManifestEntry, ManifestRef, SnapshotOutcome } from "./store";

/**
 * RPC of the privileged host process, over the unix socket `<data>/run/host.sock` (owner: the web's user, 0600).
 *
 *   POST /rpc/<method>   JSON in, JSON out ({ok:true,result} | {ok:false,error:{code,message}}), see `hostMethods`
 *   GET  /connect/:roomId/engine | /connect/:roomId/port/:port   `Upgrade: tcp` → 101, then raw bytes
 *   GET  /files/:roomId?path=&offset=&length=     → the bytes of a file; headers content-length, x-file-size, etag
 *   PUT  /files/:roomId?path=&size=&overwrite=0|1 ← the bytes of a file (temp + rename, parents made)
 *   GET  /host-events?hostId=&after=N             → NDJSON of HostEvent after that one, or all that are kept; then live
 */
const RoomId = z.string().regex(/^wr_[0-9a-z]{20}$/);

/** Limits of one room: bytes, CPU cores (0.5 = half a core), process count. */
export const RoomLimits = z.object({
  memoryBytes: z.number().int().positive(),
  cpuCores: z.number().positive(),
  maxPids: z.number().int().positive(),
  diskBytes: z.number().int().positive(),
});
export type RoomLimits = z.infer<typeof RoomLimits>;

/** One wall of the sandbox as this host can build it. `isRequired`: without it rooms don't open. */
export const HostWall = z.object({
  id: z.string(), // "user_namespaces" "uid_range" "seccomp" "egress_filter" "cgroup_memory" "disk_cap" …
  title: z.string(),
  isBuilt: z.boolean(),
  isRequired: z.boolean(),
  remedy: z.string().nullable(),
});
export type HostWall = z.infer<typeof HostWall>;

export const HostCapabilities = z.object({
  walls: z.array(HostWall),
  canOpenRooms: z.boolean(),
  isWeak: z.boolean(), // rooms open although a required wall is missing (WORKROOM_ALLOW_WEAK_SANDBOX=1)
  limits: z.object({ memory: z.boolean(), cpu: z.boolean(), pids: z.boolean(), disk: z.boolean() }),
  canFreeze: z.boolean(),
});
export type HostCapabilities = z.infer<typeof HostCapabilities>;

export const SandboxStatus = z.object({
  roomId: RoomId,
  epoch: z.number().int(),
  state: z.enum(["running", "frozen", "stopped"]),
  startedAt: z.iso.datetime().nullable(),
  processCount: z.number().int(),
  memoryBytes: z.number().int(),
});
export type SandboxStatus = z.infer<typeof SandboxStatus>;

const None = z.object({});

/** Every method of the RPC: input and result. All are idempotent. */
export const hostMethods = {
  capabilities: { input: None, result: HostCapabilities },
  /** Free bytes of the data folder; `isStopped`: below the reserve, so rooms are frozen and writes refused. */
  disk: {
    input: None,
    result: z.object({ freeBytes: z.number(), totalBytes: z.number(), isStopped: z.boolean() }),
  },
  /** Starts the sandbox (no-op when it runs with this epoch); resolves when its engine answers. */
  start: {
    input: z.object({ roomId: RoomId, epoch: z.number().int(), limits: RoomLimits }),
    result: z.object({ bootMs: z.number(), isAdopted: z.boolean() }),
  },
  /** Ends every process of the room; its disk stays. */
  stop: { input: z.object({ roomId: RoomId }), result: None },
  /** Whether the room's disk is on this host; a room without one is restored before it starts. */
  hasDisk: { input: z.object({ roomId: RoomId }), result: z.object({ hasDisk: z.boolean() }) },
  freeze: { input: z.object({ roomId: RoomId }), result: None },
  thaw: { input: z.object({ roomId: RoomId }), result: None },
  /** Stops, then removes the room's disk. The object store is not touched. */
  destroy: { input: z.object({ roomId: RoomId }), result: None },
  /** Ends every room of this host: the last step of an orderly end of the product. */
  stopAll: { input: None, result: z.object({ stopped: z.number().int() }) },
  list: { input: None, result: z.object({ sandboxes: z.array(SandboxStatus) }) },
  probeWalls: {
    input: z.object({ roomId: RoomId }),
    result: z.object({ probes: z.array(WallProbe) }),
  },
  ports: {
    input: z.object({ roomId: RoomId }),
    result: z.object({ ports: z.array(ListeningPort) }),
  },

  // Files of the room's tree, awake or asleep. Paths in normal form. Errors: not_found, invalid_input (wrong type of
  // node), conflict (exists, stale etag), forbidden (input/ is read-only to the room, not to people), disk_full.
  listFiles: {
    input: z.object({ roomId: RoomId, path: z.string(), limit: z.number().int().max(10_000) }),
    result: z.object({ nodes: z.array(FileNode), isTruncated: z.boolean() }),
  },
  statFile: { input: z.object({ roomId: RoomId, path: z.string() }), result: FileNode },
  writeFile: {
    input: z.object({
      roomId: RoomId,
      path: z.string(),
      text: z.string().max(4_000_000),
      /** SHA-256 the caller last saw; another content now → `conflict`. `null`: whatever is there. */
      ifMatch: z.string().nullable(),
    }),
    result: z.object({ etag: z.string() }),
  },
  makeDirectory: { input: z.object({ roomId: RoomId, path: z.string() }), result: None },
  moveFile: { input: z.object({ roomId: RoomId, from: z.string(), to: z.string() }), result: None },
  deleteFile: { input: z.object({ roomId: RoomId, path: z.string() }), result: None },

  // Store
  /** Writes what changed since `parent` as segments and a manifest. The caller commits it in the database. */
  snapshot: {
    input: z.object({
      roomId: RoomId,
      root: z.string().min(1), // prefix of the workspace in the store (`rootOf`)
      epoch: z.number().int(),
      parent: ManifestRef.nullable(),
      cause: CommitCause,
    }),
    result: SnapshotOutcome,
  },
  /** Makes the whole tree equal to a manifest (a room whose disk is not on this host, or a restore). */
  restore: {
    input: z.object({ roomId: RoomId, manifest: ManifestRef }),
    result: z.object({ written: z.number().int(), removed: z.number().int() }),
  },
  /** Sets single paths back: to an entry, or to nothing. A path whose content is not `expected` is left and reported. */
  revertPaths: {
    input: z.object({
      roomId: RoomId,
      paths: z.array(
        z.object({
          path: z.string(),
          entry: ManifestEntry.nullable(),
          expectedSha256: z.string().nullable(), // null: nothing is there, or no file
        }),
      ),
    }),
    result: z.object({ reverted: z.array(z.string()), kept: z.array(z.string()) }),
  },

  // Model gateway
  /** Lets a turn of a room use a provider. Held in memory only; the key never enters the room. */
  grantModel: {
    input: z.object({
      roomId: RoomId,
      turnId: z.string(),
      token: z.string(),
      provider: ModelProvider,
      modelId: z.string(),
      baseUrl: z.url(),
      apiKey: z.string(),
      /** Micro-dollars this turn may still spend; `null`: no cap. */
      budgetMicroUsd: z.number().int().nonnegative().nullable(),
    }),
    result: None,
  },
  revokeModel: { input: z.object({ roomId: RoomId, turnId: z.string() }), result: None },

  /** The caller has taken in every event up to `n` of `hostId`: the host may forget them. */
  ackEvents: { input: z.object({ hostId: z.string(), n: z.number().int() }), result: None },
} as const;
export type HostMethod = keyof typeof hostMethods;
export type HostInput<M extends HostMethod> = z.input<(typeof hostMethods)[M]["input"]>;
export type HostResult<M extends HostMethod> = z.infer<(typeof hostMethods)[M]["result"]>;

/** What happened on the host. `n` counts from 1 since the host started; `hostId` changes with each start. */
export const HostEvent = z.object({
  hostId: z.string(),
  n: z.number().int(),
  event: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("sandbox_ended"),
      roomId: RoomId,
      epoch: z.number().int(),
      reason: z.enum(["exited", "killed", "out_of_memory", "disk_stop"]),
      detail: z.string(), // plain words: "out of memory (1 GiB)"
    }),
    z.object({ type: z.literal("out_of_memory"), roomId: RoomId, detail: z.string() }),
    z.object({ type: z.literal("disk"), isStopped: z.boolean(), freeBytes: z.number() }),
    z.object({
      type: z.literal("model_usage"),
      roomId: RoomId,
      turnId: z.string(),
      provider: ModelProvider,
      modelId: z.string(),
      inputTokens: z.number().int(),
      outputTokens: z.number().int(),
      costMicroUsd: z.number().int(),
      isEstimated: z.boolean().default(false), // the model's price is an assumed one
    }),
  ]),
});
export type HostEvent = z.infer<typeof HostEvent>;

export { ExecChunk };
