/** What the four protocols have in common: enough to decide what the scripted model says next. */
export type Conversation = {
  modelId: string;
  isStreaming: boolean;
  system: string;
  /** What people said, oldest first. */
  users: string[];
  /** Results of the tools called since the last thing a person said. */
  toolResults: string[];
  toolNames: string[];
};

export type Reply = {
  say: string;
  call: { name: string; input: Record<string, unknown> } | null;
};

/** What every reply reports to have cost. */
export const REPLY_USAGE = { inputTokens: 100, outputTokens: 20 };
