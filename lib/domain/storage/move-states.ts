import type { StorageMoveView } from "@/lib/protocol/storages";

/** A move that is under way. */
export const runningMoveStates = [
  "copying",
  "verifying",
  "switching",
] as const satisfies readonly StorageMoveView["state"][];

export const isRunningMove = ({ state }: Pick<StorageMoveView, "state">): boolean =>
  (runningMoveStates as readonly string[]).includes(state);
