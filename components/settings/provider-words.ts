import type { ModelKeyView } from "@/lib/protocol/views";

export type Provider = ModelKeyView["provider"];

export type ProviderWords = {
  label: string;
  modelPlaceholder: string;
  keyPlaceholder: string;
  /** Where the API is when nobody says otherwise; `null`: it has to be said. */
  baseUrl: string | null;
};

export const providerWords: Record<Provider, ProviderWords> = {
  anthropic: {
    label: "Anthropic",
    modelPlaceholder: "claude-sonnet-4-5",
    keyPlaceholder: "sk-ant-…",
    baseUrl: "https://api.anthropic.com/v1",
  },
  openai: {
    label: "OpenAI",
    modelPlaceholder: "gpt-5",
    keyPlaceholder: "sk-…",
    baseUrl: "https://api.openai.com/v1",
  },
  google: {
    label: "Google",
    modelPlaceholder: "gemini-2.5-pro",
    keyPlaceholder: "AIza…",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
  },
  "openai-compatible": {
    label: "Any OpenAI-compatible URL",
    modelPlaceholder: "qwen3-coder",
    keyPlaceholder: "Empty when it needs none",
    baseUrl: null,
  },
};

export const providers = Object.keys(providerWords) as Provider[];
