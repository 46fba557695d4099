import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { ModelProvider } from "@/lib/protocol/engine";
import type { Ports } from "../context";

const TEST_TIMEOUT_MS = 20_000;

export type ModelToTest = {
  provider: ModelProvider;
  modelId: string;
  baseUrl: string;
  apiKey: string;
};

/**
 * Makes the smallest call that shows that address, key and model go together.
 *
 * @throws AppError `invalid_input` with what the provider said, in plain words · `unavailable` when it can't be reached
 */
export async function testModel(
  { outbound }: Pick<Ports, "outbound">,
  model: ModelToTest,
): Promise<void> {
  const { path, headers, body } = testRequest(model);
  const base = model.baseUrl.endsWith("/") ? model.baseUrl : `${model.baseUrl}/`;
  const answer = await outbound(new URL(path, base), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    timeoutMs: TEST_TIMEOUT_MS,
  });
  if (answer.status >= 200 && answer.status < 300) return;
  throw new AppError("invalid_input", explain(answer.status, answer.text, model));
}

type TestRequest = { path: string; headers: Record<string, string>; body: unknown };

function testRequest({ provider, modelId, apiKey }: ModelToTest): TestRequest {
  const messages = [{ role: "user", content: "Hi" }];
  const bearer: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  switch (provider) {
    case "anthropic":
      return {
        path: "messages",
        headers: { "x-api-key": apiKey, "anthropic-version": "2023-06-01" },
        body: { model: modelId, max_tokens: 1, messages },
      };
    case "openai":
      return {
        path: "responses",
        headers: bearer,
        body: { model: modelId, input: "Hi", max_output_tokens: 16 },
      };
    case "google":
      return {
        path: `models/${encodeURIComponent(modelId)}:generateContent`,
        headers: { "x-goog-api-key": apiKey },
        body: {
          contents: [{ role: "user", parts: [{ text: "Hi" }] }],
          generationConfig: { maxOutputTokens: 1 },
        },
      };
    case "openai-compatible":
      return {
        path: "chat/completions",
        headers: bearer,
        body: { model: modelId, max_tokens: 1, messages },
      };
  }
}

function explain(status: number, text: string, { modelId }: ModelToTest): string {
  const said = providerMessage(text);
  const detail = said ? ` It said: “${said}”` : "";
  if (status === 401 || status === 403) return `The provider did not accept this key.${detail}`;
  if (status === 404) return `The provider doesn't know the model ${modelId}.${detail}`;
  if (status === 402 || status === 429)
    return `The key is right, but it is over its quota or limit.${detail}`;
  if (status >= 300 && status < 400)
    return "The address leads elsewhere (a redirect). Use the final address.";
  if (status >= 500) return `The provider has a problem of its own (${status}).${detail}`;
  return `The provider refused the test call (${status}).${detail}`;
}

const ProviderError = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string() }).transform(({ message }) => message),
  ]),
});

function providerMessage(text: string): string | null {
  try {
    return ProviderError.parse(JSON.parse(text)).error.slice(0, 300);
  } catch {
    return null;
  }
}
