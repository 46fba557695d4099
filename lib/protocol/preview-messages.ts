import { z } from "zod";

export const previewLogLevels = ["log", "info", "warn", "error"] as const;

/**
 * What a previewed page tells the dashboard around it, by `postMessage`. The page is made by an employee and may be
 * hostile: whatever comes is text to be shown, never an order, and only from the frame's own window and origin.
 */
export const PreviewMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello") }),
  z.object({
    type: z.literal("log"),
    level: z.enum(previewLogLevels),
    text: z.string().max(2_000),
  }),
  z.object({
    type: z.literal("picked"),
    selector: z.string().max(500),
    text: z.string().max(300),
  }),
  z.object({ type: z.literal("pick_ended") }),
]);
export type PreviewMessage = z.infer<typeof PreviewMessage>;
