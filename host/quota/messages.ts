import { z } from "zod";
import { OutputQuota } from "@/lib/protocol/workspace";

const count = z.number().int().nonnegative();
const RoomId = z.string().regex(/^wr_[0-9a-z]{20}$/);
const Limits = OutputQuota.nullable();
const Names = z.array(z.string());
const UsageCount = z.object({ files: count, bytes: count });

/** What the host asks about a room's `output/`; see OutputAccount. */
export const Ask = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("usage") }),
  z.object({
    kind: z.literal("reserve"),
    claim: z.object({
      id: z.string(),
      names: Names,
      bytes: count,
      isAdded: z.boolean(),
      moreFiles: count,
      largestBytes: count,
    }),
  }),
  z.object({ kind: z.literal("extend"), id: z.string(), moreBytes: count, largestBytes: count }),
  z.object({ kind: z.literal("settle"), id: z.string(), names: Names }),
  z.object({ kind: z.literal("changed"), paths: z.array(Names) }),
]);
export type Ask = z.infer<typeof Ask>;

export const Answer = z.object({
  usage: UsageCount.nullable(),
  fault: z.enum(["EFBIG", "EDQUOT"]).nullable(),
});
export type Answer = z.infer<typeof Answer>;

/** Orders of the keeper to a server. `slot`: which of the devices it was started with. */
export const ToServer = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("serve"),
    slot: count,
    roomId: RoomId,
    rootPath: z.string(),
    limits: Limits,
    isTakeover: z.boolean(),
  }),
  z.object({ type: z.literal("drop"), roomId: RoomId }),
  z.object({ type: z.literal("limits"), roomId: RoomId, limits: Limits }),
  z.object({ type: z.literal("ask"), id: count, roomId: RoomId, ask: Ask }),
]);
export type ToServer = z.infer<typeof ToServer>;

export const ToKeeper = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("serving"), roomId: RoomId, slot: count }),
  z.object({ type: z.literal("answer"), id: count, answer: Answer }),
]);
export type ToKeeper = z.infer<typeof ToKeeper>;

/** A mount of a room: the tree `workspacePath` is shown at `viewPath`, its `output/` under the quota. */
export const OutputMount = z.object({
  roomId: RoomId,
  /** Rooms of one group share a server: an organisation. */
  group: z.string(),
  workspacePath: z.string(),
  viewPath: z.string(),
  limits: Limits,
});
export type OutputMount = z.infer<typeof OutputMount>;

/** Calls of the host to the keeper: `POST /<name>` with JSON both ways. `GET /watch` stays open while the keeper lives. */
export const keeperCalls = {
  open: { input: OutputMount, result: z.object({}) },
  close: { input: z.object({ roomId: RoomId, viewPath: z.string() }), result: z.object({}) },
  limits: { input: z.object({ roomId: RoomId, limits: Limits }), result: z.object({}) },
  ask: { input: z.object({ roomId: RoomId, ask: Ask }), result: Answer },
} as const;
export type KeeperCall = keyof typeof keeperCalls;
