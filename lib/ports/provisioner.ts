import type { Duplex } from "node:stream";
import type { HostCapabilities, RoomLimits, SandboxStatus } from "@/lib/protocol/host";
import type { OutputQuota } from "@/lib/protocol/workspace";

export type SandboxSpec = {
  roomId: string;
  epoch: number;
  limits: RoomLimits;
  /** Of `output/`; `null` or left out: none. */
  quota?: OutputQuota | null;
  /** Whose room it is: rooms of one group may share a process of the host. */
  group?: string;
};
export type SandboxEnd = {
  roomId: string;
  epoch: number;
  reason: "exited" | "killed" | "out_of_memory" | "disk_stop";
  detail: string;
};

/**
 * Starts, stops and connects to sandboxes on one back end (bubblewrap; later Docker, Kubernetes). It decides nothing.
 * Every method is idempotent: repeating a call for the same room is a no-op.
 */
export interface Provisioner {
  readonly kind: "bubblewrap" | "fake";
  /** What this machine can enforce, measured, not assumed. */
  probe(): Promise<HostCapabilities>;
  /** Resolves when the engine answers `GET /health`. @throws AppError `unavailable` with the reason in plain words */
  start(
    spec: SandboxSpec,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<{ bootMs: number; isAdopted: boolean }>;
  /** Ends every process and helper of the room; its disk stays. */
  stop(roomId: string): Promise<void>;
  freeze(roomId: string): Promise<void>;
  thaw(roomId: string): Promise<void>;
  /** Stops, then removes the disk. */
  destroy(roomId: string): Promise<void>;
  /** Limits `output/` from now on; where the running room has no mount that counts, from its next start. */
  setQuota(roomId: string, quota: OutputQuota | null): Promise<void>;
  /** The quota in force, and whether the kernel counts the room's writes against it right now. */
  quota(roomId: string): Promise<{ limits: OutputQuota | null; isMounted: boolean }>;
  connect(roomId: string, target: "engine" | number): Promise<Duplex>;
  list(): Promise<SandboxStatus[]>;
  /** Adopts the sandboxes of this data folder that still run, ends what can't be adopted. Called once at start. */
  adopt(): Promise<{ adopted: string[]; ended: string[] }>;
  /** Sandboxes that ended by themselves; a `stop` is no such end. */
  onEnd(listener: (end: SandboxEnd) => void): () => void;
  /** The kernel killed a program of the room for want of memory; the room goes on. */
  onOutOfMemory(listener: (kill: { roomId: string; detail: string }) => void): () => void;
}

/** Where a room's files lie on this host while its disk is attached. The tree is hostile: open it by fd walk only. */
export interface WorkspaceAttach {
  /** Makes the disk when there is none; resolves with the host path of `/workspace` and the ids that own its files. */
  attach(roomId: string): Promise<{ root: string; uid: number; gid: number; isNew: boolean }>;
  detach(roomId: string): Promise<void>;
  /** Whether the room's disk is on this host, attached or not. Makes nothing. */
  hasDisk(roomId: string): Promise<boolean>;
}
