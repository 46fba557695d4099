import type { LanguageModel } from "ai";
import type { TurnModel } from "@/lib/protocol/engine";

export type RoomSettings = {
  readonly workspace: string;
  /** The tools-only API of the engine. */
  readonly apiUrl: string;
  readonly scriptedPaceMs: number;
  /** How long a model may say nothing. */
  readonly modelIdleMs: number;
};

/**
 * The language model of a turn. Each provider's library is loaded when a turn needs it. The key they send is the turn's
 * token: the host puts the real key in its place.
 */
export async function makeModel(model: TurnModel, room: RoomSettings): Promise<LanguageModel> {
  if (model.kind === "scripted") {
    const { ScriptedModel } = await import("../scripted/scripted-model");
    return new ScriptedModel(room.scriptedPaceMs, room.workspace);
  }
  const settings = { baseURL: `${room.apiUrl}/model`, apiKey: model.token };
  switch (model.provider) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic(settings)(model.modelId);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI(settings).responses(model.modelId);
    }
    case "google": {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return createGoogleGenerativeAI(settings)(model.modelId);
    }
    case "openai-compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      return createOpenAICompatible({ ...settings, name: "compatible", includeUsage: true })(
        model.modelId,
      );
    }
  }
}
