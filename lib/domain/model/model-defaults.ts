import type { ModelProvider } from "@/lib/protocol/engine";

/** Each provider's public address (with its version path) and the variable in which operators keep its key. */
export const providerDefaults: Record<
  Exclude<ModelProvider, "openai-compatible">,
  { label: string; baseUrl: string; variable: string; modelIds: string[] }
> = {
  anthropic: {
    label: "Anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    variable: "ANTHROPIC_API_KEY",
    modelIds: ["claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5"],
  },
  openai: {
    label: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    variable: "OPENAI_API_KEY",
    modelIds: ["gpt-5.1", "gpt-5-mini"],
  },
  google: {
    label: "Google",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    variable: "GOOGLE_GENERATIVE_AI_API_KEY",
    modelIds: ["gemini-2.5-pro", "gemini-2.5-flash"],
  },
};
export type HostedProvider = keyof typeof providerDefaults;
export const hostedProviders = Object.keys(providerDefaults) as HostedProvider[];

/** Where Ollama and its like listen. */
export const LOCAL_MODEL_URL = "http://127.0.0.1:11434/v1";
export const LOCAL_MODEL_ID = "local:11434";
