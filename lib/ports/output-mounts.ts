import type { OutputQuota } from "@/lib/protocol/workspace";

/** A room's tree `workspacePath`, shown at `viewPath` with its `output/` under a quota. */
export type OutputMount = {
  roomId: string;
  /** Rooms of one group may share a process: an organisation. */
  group: string;
  workspacePath: string;
  viewPath: string;
  limits: OutputQuota | null;
};

/** Makes the quota of `output/` hold for every program of a room, by mounting a view of its tree. */
export interface OutputMounts {
  /** Why this host can't, or `null`. Measured once, by a mount. */
  fault(): Promise<string | null>;
  /** Mounts the view, or keeps the one there is with these limits. A lost mount is made anew without a call. */
  open(mount: OutputMount): Promise<void>;
  /** Takes the view down; nothing of the room runs any more. Safe to repeat. */
  close(room: { roomId: string; viewPath: string }): Promise<void>;
  /** Counts at once; a room without a mount is left alone. */
  setLimits(roomId: string, limits: OutputQuota | null): Promise<void>;
}
