import { z } from "zod";

/** ACP session updates keep their own names and their object untouched; ours start with `engine/` or `chat/`. */
export const engineEventTypes = [
  "engine/turn_started",
  "engine/turn_ended",
  "engine/agent_session",
  "engine/notice",
] as const;
export type EngineEventType = (typeof engineEventTypes)[number];

export const turnEndReasons = ["done", "cancelled", "failed", "interrupted", "limit"] as const;
export type TurnEndReason = (typeof turnEndReasons)[number];

/** `data` of `engine/turn_ended`. `message` is plain words for a person; tokens are null when unknown. */
export const TurnEnded = z.object({
  reason: z.enum(turnEndReasons),
  message: z.string().nullable(),
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
});
export type TurnEnded = z.infer<typeof TurnEnded>;

/** `data` of `engine/agent_session`: the agent's own session id, to resume with. */
export const AgentSession = z.object({ agentSessionId: z.string() });

/** `data` of `engine/notice`: something a person should know, in plain words. */
export const Notice = z.object({ level: z.enum(["info", "warning", "error"]), text: z.string() });

/**
 * One entry of a chat's append-only log. `seq` counts from 1 without a gap in its chat; the page asks for what comes
 * after the last `seq` it has, so nothing is missing and nothing is twice.
 * `source`: `engine` (ACP updates and engine/*), `chat` (chat/*: the control plane's own entries).
 * Types of the control plane: `chat/message` (data: MessageView), `chat/turn` (data: TurnView, on each change of a
 * turn), `chat/checkpoint` (data: {checkpointId, reason, added, changed, removed}), `chat/profile` (data: TableProfile),
 * `chat/notice` (data: Notice).
 */
export const ChatEvent = z.object({
  seq: z.number().int().positive(),
  ts: z.iso.datetime(),
  chatId: z.string(),
  turnId: z.string().nullable(),
  source: z.enum(["engine", "chat"]),
  type: z.string().max(100),
  data: z.unknown(),
});
export type ChatEvent = z.infer<typeof ChatEvent>;

/**
 * Stands in `_meta.wholeBody` of an event's `data` that is a cut one: the whole body has `bytes` bytes of JSON and can be
 * read by `GET /chats/:chatId/events/:seq/body`. `epoch, n` is the engine's frame.
 */
const WholeMark = z.object({
  epoch: z.number().int().nonnegative(),
  n: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});
export type WholeMark = z.infer<typeof WholeMark>;

const Marked = z.object({ _meta: z.object({ wholeBody: WholeMark }) });

/** The mark of a body that was cut; null for one that is whole. */
export const readWholeMark = (data: unknown): WholeMark | null =>
  Marked.safeParse(data).data?._meta.wholeBody ?? null;

/** A cut body with its mark; what is no object can't have one and stays as it is. */
export function markWhole(data: unknown, mark: WholeMark): unknown {
  const Fields = z.record(z.string(), z.unknown());
  const fields = Fields.safeParse(data).data;
  if (!fields) return data;
  return { ...fields, _meta: { ...Fields.safeParse(fields["_meta"]).data, wholeBody: mark } };
}
