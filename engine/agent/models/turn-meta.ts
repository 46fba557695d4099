import { z } from "zod";
import { TurnModel } from "@/lib/protocol/engine";

/** What the engine adds to `session/prompt`, under `_meta.workroom`. */
export const PromptMeta = z.object({
  turnId: z.string(),
  model: TurnModel,
  attachments: z.array(z.string()).default([]),
});

/** What the engine adds to `session/new`: the chat so far, when its session was lost. */
export const SessionMeta = z.object({
  history: z.array(z.object({ role: z.enum(["user", "assistant"]), text: z.string() })).default([]),
});
