import { z } from "zod";
import { ExecChunk, ListeningPort, ModelProvider, WallProbe } from "./engine";
import { FileOpName } from "./file-ops";
import {
  CommitCause,
  ManifestEntry,
  ManifestRef,
  SegmentRef,
  SnapshotOutcome,
  WorkspaceState,
} from "./store";
import { OutputQuota, StorageRoute } from "./workspace";

/**
 * RPC of the privileged host process, over the unix socket `<data>/run/host.sock` (owner: the web's user, 0600).
 *
 *   POST /rpc/<method>   JSON in, JSON out ({ok:true,result} | {ok:false,error:{code,message,details?}}), see `hostMethods`
 *   GET  /connect/:roomId/engine | /connect/:roomId/port/:port   `Upgrade: tcp` → 101, then raw bytes
 *   GET  /files/:roomId?path=&offset=&length=     → the bytes of a file; headers content-length, x-file-size, etag
 *   PUT  /files/:roomId?path=&size=&overwrite=0|1&door=upload|write&ifMatch= ← the bytes of a file (temp + rename, parents made)
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
    input: z.object({
      roomId: RoomId,
      epoch: z.number().int(),
      limits: RoomLimits,
      quota: OutputQuota.nullable().default(null),
      group: z.string().max(100).default("none"), // whose room it is: an organisation
    }),
    result: z.object({ bootMs: z.number(), isAdopted: z.boolean() }),
  },
  /** Ends every process of the room; its disk stays. */
  stop: { input: z.object({ roomId: RoomId }), result: None },
  /** Limits of output/ from now on; a running room that had none gets them with its next start. */
  setQuota: {
    input: z.object({ roomId: RoomId, quota: OutputQuota.nullable() }),
    result: None,
  },
  /** What of the quota is used; `null`: the room has none. */
  quotaUsage: {
    input: z.object({ roomId: RoomId }),
    result: z.object({
      usage: z.object({ files: z.number().int(), bytes: z.number().int() }).nullable(),
    }),
  },
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

  /**
   * One operation on the files of the room's tree, awake or asleep; `input` and the result are those of `fileOps`. Errors
   * carry the errno's name. `isUpload`: by the door for uploads, which alone writes below `input/`.
   */
  fileOp: {
    input: z.object({
      roomId: RoomId,
      op: FileOpName,
      input: z.record(z.string(), z.unknown()),
      isUpload: z.boolean().default(false),
    }),
    result: z.unknown(),
  },

  // Store. The host numbers the segments of a workspace and writes them to the store; the caller commits them in the
  // database. What the host has written and not seen committed comes as events (`segments`) and with every `flush`.
  /**
   * Starts syncing a room's tree, or goes on with it. `state` is what is committed: unless the host knows so already, it
   * scans the disk again and makes segments of what differs. `writerEpoch` is the epoch of the last commit: a disk that
   * was last synced in an older one is a stale copy. What was changed on it is kept as copies, the rest gives way.
   */
  openWorkspace: {
    input: z.object({
      roomId: RoomId,
      root: z.string(), // prefix in the store
      epoch: z.number().int().nonnegative(),
      writerEpoch: z.number().int().nonnegative(),
      state: WorkspaceState,
      /** True while a sandbox runs: the tree is watched. A sleeping room is only scanned when it is asked to. */
      isLive: z.boolean(),
      route: StorageRoute,
    }),
    result: None,
  },
  /**
   * Makes the tree durable as it is now, or only `paths` with what is below them. `segments`: everything durable that was
   * not seen committed yet, in order. Null: the workspace is not open in this epoch; open it first.
   */
  flush: {
    input: z.object({
      roomId: RoomId,
      epoch: z.number().int().nonnegative(),
      cause: CommitCause,
      paths: z.array(z.string()).optional(),
    }),
    result: z.object({ segments: z.array(SegmentRef), unsettled: z.array(z.string()) }).nullable(),
  },
  /**
   * Segments up to `seq` are committed. `isRefused`: none more of this epoch will be, because another life of the room
   * writes now, or the numbers differ; the host stops syncing and keeps what it has on the disk.
   */
  ackSegments: {
    input: z.object({
      roomId: RoomId,
      epoch: z.number().int().nonnegative(),
      seq: z.number().int().nonnegative(),
      isRefused: z.boolean(),
    }),
    result: None,
  },
  /** What of a room is not in the store yet: changed files, and the bytes of what was read of them. */
  waiting: {
    input: z.object({ roomId: RoomId }),
    result: z.object({ files: z.number().int(), bytes: z.number().int() }),
  },
  /** Keeps what a refused writer had not sent as copies beside the files; nothing when this host was that writer. */
  keepCopies: {
    input: z.object({
      roomId: RoomId,
      writer: z.string(),
      entries: z.array(ManifestEntry),
      at: z.iso.datetime(), // for the names of the copies
    }),
    result: z.object({ copies: z.array(z.string()) }),
  },
  /** `flush`, then the whole tree as a manifest. Null: the workspace is not open in this epoch. */
  snapshot: {
    input: z.object({
      roomId: RoomId,
      epoch: z.number().int().nonnegative(),
      parent: ManifestRef.nullable(), // what the counts of changes are about
      cause: CommitCause,
    }),
    result: SnapshotOutcome.nullable(),
  },
  /** Makes the whole tree equal to a state (a room whose disk is not on this host). */
  restore: {
    input: z.object({ roomId: RoomId, state: WorkspaceState }),
    result: z.object({ written: z.number().int(), removed: z.number().int() }),
  },
  /** Where the workspace of a root lies from now on; answers when no write to another place is under way any more. */
  setStorage: { input: z.object({ root: z.string(), route: StorageRoute }), result: None },
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
    /** Durable in the store; comes again until `ackSegments` or `flush` has shown that it is committed. */
    z.object({
      type: z.literal("segments"),
      roomId: RoomId,
      /** Names the disk that these changes come from. */
      writer: z.string(),
      segments: z.array(SegmentRef),
    }),
    /** A disk that came back was older than the committed state: what was changed on it is kept as copies. */
    z.object({ type: z.literal("copies_kept"), roomId: RoomId, paths: z.array(z.string()) }),
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
